import type { NoticeKind } from '../../../protocol/messages/notice.ts';
import type { Milliseconds } from '../../../protocol/time.ts';
import { composeAnnouncement } from './announce.ts';
import { freeSlots, hasRoom, keptFrom, slotAt, type Urgency } from './budget.ts';
import { compose } from './compose.ts';
import { close, gather } from './incidents.ts';
import { type Look, lookAt, readyAt, urgencyOf, wantedOf } from './look.ts';
import type { Incident } from './state.ts';
import { type ChannelWorld, earlier, pumpBy } from './world.ts';

/** An incident in which something returned to normal unseen stays open so long for somebody to acknowledge it. */
const LISTED_MS = 86_400_000;

/** In the order in which they leave; silences are announced before what is lesser. */
const ORDER: Readonly<Record<Urgency, number>> = { page: 0, news: 1, lesser: 2 };

interface Candidate {
  readonly key: string;
  readonly incident: Incident;
  readonly kind: NoticeKind;
  readonly urgency: Urgency;
  /** As a new message and not as an edit. */
  readonly anew: boolean;
  readonly readyAt: Milliseconds;
  readonly since: Milliseconds;
}

/** Looks at a channel: closes what is over, repeats what is due, and decides the notices that can leave now. */
export function pump(world: ChannelWorld): void {
  const { channel, now } = world;
  delete channel.pumpAt;
  tidy(world);
  if (channel.broken && (channel.broken.probeAt > now || channel.unanswered.size > 0)) {
    if (channel.broken.probeAt > now) pumpBy(channel, channel.broken.probeAt);
    return;
  }
  gatherFloods(world, candidatesOf(world));
  decide(world, candidatesOf(world));
  wakeFor(world, candidatesOf(world));
}

/** Closes incidents that are over, and wishes for the repetition of those that are due. */
function tidy(world: ChannelWorld): void {
  const { channel, plan, now } = world;
  for (const [key, incident] of channel.incidents) {
    const look = lookAt(world, incident);
    if (look.firing === 0 && look.waiting === 0) {
      incident.quietSince ??= now;
      const over = incident.quietSince + (look.listed ? LISTED_MS : plan.closeMs);
      if (over <= now && !incident.unanswered) close(world, key);
      else if (over > now) pumpBy(channel, over);
    }
    const route = plan.router.routes.get(incident.route);
    const repeatMs = route ? route.repeatMs : plan.repeatMs;
    if (incident.postedAt === undefined || repeatMs === undefined || !look.unacknowledged) continue;
    if (incident.postedAt + repeatMs <= now) incident.post ??= { kind: 'repeat', since: now };
    else pumpBy(channel, incident.postedAt + repeatMs);
  }
}

function candidatesOf(world: ChannelWorld): Candidate[] {
  return [...world.channel.incidents].flatMap(([key, incident]): Candidate[] => {
    if (incident.unanswered || (!incident.post && incident.changedAt === undefined)) return [];
    const look = lookAt(world, incident);
    const kind = wantedOf(incident, look);
    if (kind === undefined) return [];
    const urgency = urgencyOf(kind, look);
    const anew = isAnew(incident, kind, look);
    const since = incident.post?.since ?? incident.changedAt ?? world.now;
    return [{ key, incident, kind, urgency, anew, since, readyAt: readyAt(world, incident, urgency) }];
  });
}

const isAnew = (incident: Incident, kind: NoticeKind, look: Look): boolean =>
  kind === 'digest'
    ? incident.postedAt === undefined || (incident.post !== undefined && look.fresh > 0)
    : kind !== 'update';

/** Where more messages wait than the channel may take, they become one digest. */
function gatherFloods(world: ChannelWorld, waiting: readonly Candidate[]): void {
  const free = freeSlots(world);
  const { reserve, tail } = world.rules;
  const ready = waiting.filter(({ incident, kind }) => incident.digest === '' && !ESCALATED.has(kind));
  const urgent = ready.filter(({ urgency }) => urgency !== 'lesser');
  const lesser = ready.filter(
    ({ urgency, incident }) => urgency === 'lesser' && incident.lastAt === undefined,
  );
  const keysOf = (candidates: readonly Candidate[]) => candidates.map(({ key }) => key);
  if (urgent.length > Math.max(1, free - tail)) gather(world, keysOf(urgent), true);
  if (lesser.length > Math.max(1, free - reserve)) gather(world, keysOf(lesser), false);
}

const ESCALATED: ReadonlySet<NoticeKind> = new Set(['repeat', 'escalation']);

/** Decides as many notices as may leave. Their incidents wait for an answer from then on. */
function decide(world: ChannelWorld, waiting: readonly Candidate[]): void {
  const { channel, now } = world;
  const mayLeave = (urgency: Urgency) =>
    hasRoom(world, urgency) && freeSlots(world) > keptFrom(urgency, world);
  const ready = waiting
    .filter(one => one.readyAt <= now)
    .toSorted(
      (a, b) =>
        // It may be the message and not the channel: the probe is another one, where there is another one.
        (channel.broken ? (a.incident.refused ?? 0) - (b.incident.refused ?? 0) : 0) ||
        ORDER[a.urgency] - ORDER[b.urgency] ||
        Number(b.anew) - Number(a.anew) ||
        a.since - b.since ||
        (a.key < b.key ? -1 : 1),
    );
  const send = (one: Candidate) => {
    // The one before may have been the last that needed no spreading.
    if (!mayLeave(one.urgency) || readyAt(world, one.incident, one.urgency) > now) return;
    if (one.urgency === 'page') channel.urgentAt = now;
    compose(world, one.key, one.incident, one.kind, one.anew);
  };
  const isFirst = ({ urgency }: Candidate) => channel.broken !== undefined || urgency !== 'lesser';
  for (const one of ready) if (isFirst(one)) send(one);
  while (channel.announcements.length > 0 && mayLeave('lesser')) composeAnnouncement(world);
  for (const one of ready) if (!isFirst(one)) send(one);
}

/** Has the channel looked at when the next of what still waits can leave; an answer has it looked at anyway. */
function wakeFor(world: ChannelWorld, waiting: readonly Candidate[]): void {
  const { channel, now } = world;
  const slots = {
    page: slotAt(world, keptFrom('page', world)),
    news: slotAt(world, keptFrom('news', world)),
    lesser: slotAt(world, keptFrom('lesser', world)),
  };
  let next: Milliseconds | undefined;
  for (const { urgency, readyAt } of waiting) {
    const slot = hasRoom(world, urgency) ? slots[urgency] : undefined;
    if (slot !== undefined) next = earlier(next, Math.max(slot, readyAt));
  }
  if (channel.announcements.length > 0 && hasRoom(world, 'lesser')) next = earlier(next, slots.lesser);
  // Never at once again: what could leave now has left.
  if (next !== undefined) pumpBy(channel, Math.max(next, now + 1));
}
