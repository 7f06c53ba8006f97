import type { NoticeOutcome } from '../../../protocol/messages/notice.ts';
import { parseNotification } from '../../../protocol/messages/notification.ts';
import { eventTimeFromMs, type Milliseconds } from '../../../protocol/time.ts';
import { LOST_MS } from './budget.ts';
import { follow } from './follow.ts';
import { touched } from './look.ts';
import type { ChannelState, Incident } from './state.ts';
import { toldByNotification } from './told.ts';
import { type ChannelWorld, inChannel, isFiring, pumpBy, sweepBy, type World } from './world.ts';

/** Where the dispatcher tells of its own channels. */
export const OWN_AREA = 'spillway/channels';

/** A channel that refuses is tried with one notice again after so long, then after twice as long. */
const PROBE = { firstMs: 60_000, maxMs: 3_600_000 };

/** What became of a notice. */
export function hear(world: World, body: NoticeOutcome): void {
  const channel = inChannel(world, body.channel);
  if (!channel) return;
  if (body.result === 'failing') return hearFailing(channel, body);
  const notice = answered(channel, body.number);
  const incident = notice && incidentNamed(channel.channel, notice.incident, body.incident);
  if (incident) incident.unanswered = false;
  if (body.result === 'sent') hearSent(channel, body, incident);
  else hearRefused(channel, body, incident, notice?.edits ?? false);
  world.reasons.push(`${body.channel} ${body.number}: ${body.result}`);
}

/** The place in the limit stays taken for a full window from now on. */
function answered({ channel, now }: ChannelWorld, number: number) {
  const notice = channel.unanswered.get(String(number));
  channel.unanswered.delete(String(number));
  channel.used.push(now);
  pumpBy(channel, now);
  return notice;
}

function incidentNamed({ incidents }: ChannelState, key: string, id: string): Incident | undefined {
  const incident = incidents.get(key);
  return incident?.id === id ? incident : undefined;
}

function hearSent(world: ChannelWorld, body: NoticeOutcome, incident: Incident | undefined): void {
  if (incident && body.reference !== undefined) incident.reference = body.reference;
  if (incident && body.thread !== undefined) incident.thread = body.thread;
  if (incident) delete incident.refused;
  delete world.channel.failing;
  delete world.channel.broken;
  tellOfChannel(world, `Channel ${world.rules.name} takes messages again`, '', 'resolved');
}

function hearFailing(world: ChannelWorld, { number, detail }: NoticeOutcome): void {
  const { channel, state, plan, now } = world;
  const notice = channel.unanswered.get(String(number));
  if (notice) notice.heardAt = now;
  channel.failing ??= { since: now, detail, told: false };
  sweepBy(state, channel.failing.since + plan.failingMs);
  sweepBy(state, now + LOST_MS);
}

function hearRefused(
  world: ChannelWorld,
  { detail }: NoticeOutcome,
  incident: Incident | undefined,
  edits: boolean,
): void {
  const { channel, rules, now } = world;
  if (incident) tellAnew(incident, now);
  // The message that was to be edited may have been taken away by somebody: a new one may well be accepted.
  if (edits && !channel.broken) return;
  // Of those that were on their way together, the last one counts.
  const probes = (channel.broken?.probes ?? 0) + (channel.unanswered.size === 0 || !channel.broken ? 1 : 0);
  const waitMs = Math.min(PROBE.maxMs, PROBE.firstMs * 2 ** (probes - 1));
  const first = channel.broken === undefined;
  channel.broken = { since: channel.broken?.since ?? now, detail, probeAt: now + waitMs, probes };
  delete channel.failing;
  pumpBy(channel, channel.broken.probeAt);
  if (first) tellOfChannel(world, `Channel ${rules.name} refuses messages`, detail, 'firing');
}

/** First messages of one incident that a channel may refuse in a row before only news of it is tried. */
const MAX_REFUSED = 3;

/** What a notice was to tell has reached nobody: the next one is a first message again. */
function tellAnew(incident: Incident, now: Milliseconds): void {
  delete incident.reference;
  delete incident.thread;
  delete incident.postedAt;
  incident.refused = (incident.refused ?? 0) + 1;
  if (incident.refused < MAX_REFUSED) incident.post = { kind: 'page', since: now };
  for (const member of incident.members.values()) member.told = 0;
  touched(incident);
}

/** Looks at all channels for what has been failing for too long, and for notices that nothing is heard of any more. */
export function sweepChannels(world: World): void {
  for (const name of world.plan.channels.keys()) {
    const channel = inChannel(world, name);
    if (channel) sweepChannel(channel);
  }
}

function sweepChannel(world: ChannelWorld): void {
  const { channel, rules, plan, state, now } = world;
  for (const [number, { heardAt, incident: key }] of channel.unanswered) {
    if (heardAt + LOST_MS > now) {
      sweepBy(state, heardAt + LOST_MS);
      continue;
    }
    answered(world, Number(number));
    const incident = channel.incidents.get(key);
    if (incident) incident.unanswered = false;
    world.reasons.push(`${rules.name} ${number}: nothing was heard of it`);
  }
  const { failing } = channel;
  if (!failing || failing.told) return;
  if (failing.since + plan.failingMs > now) return sweepBy(state, failing.since + plan.failingMs);
  failing.told = true;
  tellOfChannel(world, `Channel ${rules.name} does not take messages`, failing.detail, 'firing');
}

function tellOfChannel(
  world: ChannelWorld,
  title: string,
  detail: string,
  status: 'firing' | 'resolved',
): void {
  const { state, rules, channel, now } = world;
  const id = `${OWN_AREA}/${rules.name}`;
  if (status === 'resolved' && !isFiring(state.alarms.get(id))) return;
  state.own = Math.max(state.own, state.alarms.get(id)?.transition ?? 0) + 1;
  const waiting = [...channel.incidents.values()].filter(({ changedAt }) => changedAt !== undefined).length;
  const body = parseNotification({
    id: `${rules.name}-${state.own}`,
    source: 'alarm-dispatcher',
    at: eventTimeFromMs(now),
    area: OWN_AREA,
    key: rules.name,
    title,
    text: status === 'firing' ? `${detail}; incidents that wait for it: ${waiting}`.slice(0, 4000) : '',
    severity: 'MAJOR',
    status,
    labels: { channel: rules.name },
  });
  follow(world, toldByNotification(body, state.own, state.mode), rules.name);
}
