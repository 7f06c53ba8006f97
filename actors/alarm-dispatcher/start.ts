import type { MessageType } from '../../protocol/message.ts';
import { alarmChange } from '../../protocol/messages/alarm-change.ts';
import {
  type AlarmCommand,
  alarmCommand,
  alarmCommandResult,
  DISPATCHER_COMMANDS,
  noticeCommandResult,
} from '../../protocol/messages/alarm-command.ts';
import { alarmRules, alarmRulesApplied } from '../../protocol/messages/alarm-rules.ts';
import { machineMode } from '../../protocol/messages/machine-mode.ts';
import { type Notice, notice, noticeOutcome } from '../../protocol/messages/notice.ts';
import { notification } from '../../protocol/messages/notification.ts';
import { wake } from '../../protocol/messages/wake.ts';
import { subjects } from '../../protocol/subjects.ts';
import { type ActorContext, batch, fold, type RunningActor } from '../../runtime/actor.ts';
import type { ChannelServices } from './channels/channel.ts';
import { openChannel } from './channels/open.ts';
import type { AlarmDispatcherConfig } from './config.ts';
import { dispatch, wakeAt } from './fold/dispatch.ts';
import { DispatcherState, initialState } from './fold/state.ts';
import { planOf } from './plan.ts';
import { ChannelSender } from './sender.ts';

/** How long a person in a chat waits for what becomes of a command. */
const ASK_MS = 10_000;

/** Everything on the streams that it folds; what it does not act on passes by. */
const FOLDED = [
  alarmChange,
  machineMode,
  alarmRulesApplied,
  alarmCommandResult,
  alarmCommand,
  alarmRules,
  notification,
  noticeOutcome,
  wake,
] as unknown as readonly MessageType<unknown>[];

export async function start(config: AlarmDispatcherConfig, context: ActorContext): Promise<RunningActor> {
  const plan = planOf(config);
  const services = servicesOf(context);
  await using opening = new AsyncDisposableStack();
  const senders = Object.entries(config.channels).map(([name, channel]) => ({
    name,
    sender: new ChannelSender(opening.use(openChannel(name, channel, services)), context),
  }));
  const channels = opening.move();
  // The fold changes the state that it is given: every life needs a beginning of its own.
  const initial = initialState();
  let latest = initial;
  return {
    lanes: [
      fold<unknown, DispatcherState>({
        streams: ['ALARM', 'COMMAND', 'OUTCOME', 'TIMER'],
        types: FOLDED,
        output: 'NOTICE',
        initial,
        state: DispatcherState,
        step: (state, message) => {
          const step = dispatch(plan, state === initial ? initialState() : state, message);
          latest = step.state;
          return step;
        },
        wakeAt,
      }),
      ...senders.map(({ name, sender }) =>
        batch<Notice>({
          name,
          stream: 'NOTICE',
          subject: subjects.notice(context.experiment, name),
          types: [notice],
          maxMessages: 1,
          maxWaitMs: 0,
          deliver: one => sender.deliver(one),
        }),
      ),
    ],
    health: () => figuresOf(latest),
    [Symbol.asyncDispose]: () => channels.disposeAsync(),
  };
}

const servicesOf = (context: ActorContext): ChannelServices => ({
  experiment: context.experiment,
  log: context.log,
  clock: context.clock,
  random: context.random,
  signal: context.signal,
  command: (command: AlarmCommand) => {
    const ours = DISPATCHER_COMMANDS.includes(command.kind);
    const type = ours ? noticeCommandResult : alarmCommandResult;
    const subject = (ours ? subjects.noticeCommandResult : subjects.alarmCommandResult)(
      context.experiment,
      command.id,
    );
    return context.ask({ type: alarmCommand, body: command }, { type, subject, timeoutMs: ASK_MS });
  },
});

/** Figures of the heartbeat. */
function figuresOf({ alarms, channels, silences }: DispatcherState): Record<string, number> {
  const figures: Record<string, number> = {
    known_alarms: alarms.size,
    active_silences: [...silences.values()].filter(({ phase }) => phase === 'active').length,
  };
  let [waiting, unanswered, silent] = [0, 0, 0];
  for (const channel of channels.values()) {
    for (const { changedAt } of channel.incidents.values()) if (changedAt !== undefined) waiting++;
    unanswered += channel.unanswered.size;
    if (channel.broken || channel.failing?.told) silent++;
  }
  return { ...figures, waiting_incidents: waiting, unanswered_notices: unanswered, silent_channels: silent };
}
