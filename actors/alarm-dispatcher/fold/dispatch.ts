import type { AlarmChange } from '../../../protocol/messages/alarm-change.ts';
import { alarmChange } from '../../../protocol/messages/alarm-change.ts';
import { type AlarmCommand, alarmCommand } from '../../../protocol/messages/alarm-command.ts';
import { type MachineMode, machineMode } from '../../../protocol/messages/machine-mode.ts';
import { type NoticeOutcome, noticeOutcome } from '../../../protocol/messages/notice.ts';
import { type Notification, notification } from '../../../protocol/messages/notification.ts';
import type { Milliseconds } from '../../../protocol/time.ts';
import type { Delivered, Step } from '../../../runtime/actor.ts';
import type { DispatchPlan } from '../plan.ts';
import { escalate } from './escalation.ts';
import { follow } from './follow.ts';
import { hear, sweepChannels } from './outcomes.ts';
import { pump } from './pump.ts';
import { command, sweepSilences } from './silences.ts';
import type { ChannelState, DispatcherState } from './state.ts';
import { Table } from './table.ts';
import { toldByChange, toldByNotification } from './told.ts';
import { earlier, inChannel, pumpBy, sweepBy, type World } from './world.ts';

/**
 * One message to the notices that come of it.
 *
 * It owns the state that it is given and changes it in place: sixty thousand alarms copied for each of a hundred
 * thousand transitions would take minutes, and a flood is when seconds count. The host asks for nothing else, for it
 * never goes back to an earlier state but by a snapshot.
 *
 * What a step costs does not grow with what waits, but for looking at a channel, which happens when a notice can leave.
 */
export function dispatch(
  plan: DispatchPlan,
  state: DispatcherState,
  message: Delivered<unknown>,
): Step<DispatcherState> {
  const world: World = { plan, state, now: message.storedAt, outputs: [], reasons: [] };
  if (state.plan !== plan.revision) takeOver(world);
  take(world, message);
  sweep(world);
  for (const name of plan.channels.keys()) {
    const channel = inChannel(world, name);
    if (channel?.channel.pumpAt !== undefined && channel.channel.pumpAt <= world.now) pump(channel);
  }
  return { state, outputs: world.outputs, reason: world.reasons.join('; ') || 'nothing to tell' };
}

/** When the state wants to be woken if nothing comes before. */
export const wakeAt = ({ sweepAt, channels }: DispatcherState): Milliseconds | undefined =>
  [...channels.values()].reduce((at, { pumpAt }) => earlier(at, pumpAt), sweepAt);

function take(world: World, message: Delivered<unknown>): void {
  const { state } = world;
  switch (message.type) {
    case alarmChange.type:
      return follow(world, toldByChange(message.body as AlarmChange));
    case notification.type: {
      const body = message.body as Notification;
      return follow(world, toldByNotification(body, message.sequence, state.mode));
    }
    case machineMode.type:
      state.mode = (message.body as MachineMode).mode;
      return;
    case noticeOutcome.type:
      return hear(world, message.body as NoticeOutcome);
    case alarmCommand.type: {
      const body = message.body as AlarmCommand;
      if (body.kind === 'silence' || body.kind === 'expire-silence') command(world, body);
      return;
    }
    default:
  }
}

/** What time alone brings: steps of escalation, silences that start and end, channels that are given up on. */
function sweep(world: World): void {
  const { state, now } = world;
  if (state.sweepAt === undefined || state.sweepAt > now) return;
  delete state.sweepAt;
  sweepSilences(world);
  escalate(world);
  sweepChannels(world);
}

/** Another configuration than that of the last step: channels come and go, and what refused is tried again. */
function takeOver(world: World): void {
  const { plan, state, now } = world;
  state.plan = plan.revision;
  for (const [name, { number }] of state.channels) {
    if (plan.channels.has(name)) continue;
    state.retired.set(name, number);
    state.channels.delete(name);
  }
  for (const [name, { revision }] of plan.channels) {
    const before = state.channels.get(name);
    if (before === undefined) state.channels.set(name, newChannel(revision, state.retired.get(name) ?? 0));
    else if (before.revision !== revision) {
      before.revision = revision;
      delete before.broken;
    }
    const channel = state.channels.get(name);
    if (channel) pumpBy(channel, now);
  }
  sweepBy(state, now);
}

const newChannel = (revision: string, number: number): ChannelState => ({
  revision,
  number,
  incidents: new Table(),
  used: [],
  unanswered: new Table(),
  announcements: [],
});
