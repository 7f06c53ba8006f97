import type { NoticeKind } from '../../../protocol/messages/notice.ts';
import type { Milliseconds } from '../../../protocol/time.ts';
import { composeAnnouncement } from './announce.ts';
import { freeSlots, keptFrom, slotAt, WINDOW } from './budget.ts';
import { compose } from './compose.ts';
import { close, gather } from './incidents.ts';
import { isUrgentNotice, type Look, lookAt, readyAt, wantedOf } from './look.ts';
import type { Incident } from './state.ts';
import { type ChannelWorld, earlier, pumpBy } from './world.ts';

/** An incident in which something returned to normal unseen stays open so long for somebody to acknowledge it. */
const LISTED_MS = 86_400_000;

/** In the order in which they leave. */
const CLASS = { urgent: 0, announcement: 1, lesser: 2, update: 3 } as const;

interface Candidate {
  readonly key: string;
  readonly incident: Incident;
  readonly kind: NoticeKind;
  readonly rank: (typeof CLASS)[keyof typeof CLASS];
  /** As a new message and not as an edit. */
  readonly anew: boolean;
  readonly readyAt: Milliseconds;
  readonly since: Milliseconds;
}

/** Looks at a channel: closes what is over, repeats what is due, and decides the notices that can leave now. */
export function pump(world: ChannelWorld): void {
  const { channel, now } = world;
  delete channel.pumpAt;
  const looks = new Looks(world);
  tidy(world, looks);
  if (channel.broken && (channel.broken.probeAt > now || channel.unanswered.size > 0)) {
    if (channel.broken.probeAt > now) pumpBy(channel, channel.broken.probeAt);
    return;
  }
  if (gatherFloods(world, candidatesOf(world, looks))) looks.forgetDigests();
  decide(world, candidatesOf(world, looks));
  wakeFor(world, candidatesOf(world, looks));
}

/** A look at an incident costs as much as there is in it: one is enough until something changes. */
class Looks {
  readonly #world: ChannelWorld;
  readonly #looks = new Map<Incident, Look>();

  constructor(world: ChannelWorld) {
    this.#world = world;
  }

  at(incident: Incident): Look {
    const look = this.#looks.get(incident) ?? lookAt(this.#world, incident);
    this.#looks.set(incident, look);
    return look;
  }

  forgetDigests(): void {
    for (const incident of this.#looks.keys()) if (incident.digest !== '') this.#looks.delete(incident);
  }
}

/** Closes incidents that are over, and wishes for the repetition of those that are due. */
function tidy(world: ChannelWorld, looks: Looks): void {
  const { channel, plan, now } = world;
  for (const [key, incident] of channel.incidents) {
    const look = looks.at(incident);
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

function candidatesOf(world: ChannelWorld, looks: Looks): Candidate[] {
  return [...world.channel.incidents].flatMap(([key, incident]): Candidate[] => {
    if (incident.unanswered || (!incident.post && incident.changedAt === undefined)) return [];
    const look = looks.at(incident);
    const kind = wantedOf(incident, look);
    if (kind === undefined) return [];
    const urgent = isUrgentNotice(incident, kind, look);
    const anew = isAnew(incident, kind, look);
    const rank = urgent ? CLASS.urgent : anew ? CLASS.lesser : CLASS.update;
    const since = incident.post?.since ?? incident.changedAt ?? world.now;
    return [{ key, incident, kind, rank, anew, since, readyAt: readyAt(world, incident, urgent) }];
  });
}

const isAnew = (incident: Incident, kind: NoticeKind, look: Look): boolean =>
  kind === 'digest'
    ? incident.postedAt === undefined || (incident.post !== undefined && look.fresh > 0)
    : kind !== 'update';

/** Where more first messages wait than the channel may take, they become one digest. */
function gatherFloods(world: ChannelWorld, waiting: readonly Candidate[]): boolean {
  const free = freeSlots(world);
  const { reserve, tail } = world.rules;
  const gatherIf = (rank: Candidate['rank'], room: number): boolean => {
    const first = waiting.filter(one => one.rank === rank && one.kind === 'page' && !one.incident.lastAt);
    if (first.length <= Math.max(1, room)) return false;
    gather(
      world,
      first.map(({ key }) => key),
      rank === CLASS.urgent,
    );
    return true;
  };
  const urgent = gatherIf(CLASS.urgent, free - tail);
  return gatherIf(CLASS.lesser, free - reserve) || urgent;
}

/** Decides as many notices as may leave. Their incidents wait for an answer from then on. */
function decide(world: ChannelWorld, waiting: readonly Candidate[]): void {
  const { channel, now } = world;
  const most = channel.broken ? 1 : WINDOW;
  const mayLeave = (urgent: boolean) =>
    channel.unanswered.size < most && freeSlots(world) > keptFrom(urgent, world);
  const ready = waiting
    .filter(one => one.readyAt <= now)
    .toSorted((a, b) => a.rank - b.rank || a.since - b.since || (a.key < b.key ? -1 : 1));
  const send = (one: Candidate) => {
    const urgent = one.rank === CLASS.urgent;
    // The one before may have been the last that needed no spreading.
    if (!mayLeave(urgent) || (urgent && readyAt(world, one.incident, true) > now)) return;
    if (urgent) channel.urgentAt = now;
    compose(world, one.key, one.incident, one.kind, one.anew);
  };
  for (const one of ready) if (one.rank === CLASS.urgent) send(one);
  while (channel.announcements.length > 0 && mayLeave(false)) composeAnnouncement(world);
  for (const one of ready) if (one.rank !== CLASS.urgent) send(one);
}

/** Has the channel looked at when the next of what still waits can leave; an answer has it looked at anyway. */
function wakeFor(world: ChannelWorld, waiting: readonly Candidate[]): void {
  const { channel, rules, now } = world;
  if (channel.unanswered.size >= WINDOW || (channel.broken && channel.unanswered.size > 0)) return;
  const urgentSlot = slotAt(world, 0);
  const lesserSlot = slotAt(world, rules.reserve);
  let next: Milliseconds | undefined;
  for (const { rank, readyAt } of waiting) {
    const slot = rank === CLASS.urgent ? urgentSlot : lesserSlot;
    if (slot !== undefined) next = earlier(next, Math.max(slot, readyAt));
  }
  if (channel.announcements.length > 0) next = earlier(next, lesserSlot);
  // Never at once again: what could leave now has left.
  if (next !== undefined) pumpBy(channel, Math.max(next, now + 1));
}
