import type { Milliseconds } from '../../protocol/time.ts';
import { actorOf, type Known, type NamedBody, type Policy, runKey } from './known.ts';
import { takes } from './takes.ts';

/**
 * - `read`: everybody who must have it has had it, with success
 * - `age`, `size`: not so, but it is too old, or there is no room
 * - `unreferenced`: nobody can ask for it, for no message speaks of it
 * - `outdated`: a map or an ODB of long ago, or a map that is not among the newest where there is no room
 */
export type Reason = 'read' | 'age' | 'size' | 'unreferenced' | 'outdated';

export interface Removal extends NamedBody {
  readonly reason: Reason;
}

export interface Verdict {
  /** Oldest first. */
  readonly remove: readonly Removal[];
  readonly keep: readonly NamedBody[];
}

/** Maps of a camera that stay however old they are: there may be several exposures, and a long shutdown. */
export const NEWEST_MAPS = 5;

/** What is to be removed of what there is, and why. A body of a name that nobody here gives is not ours to remove. */
export function removable(known: Known, policy: Policy, now: Milliseconds): Verdict {
  const bodies = known.bodies.toSorted((one, other) => one.storedAt - other.storedAt);
  const reasons = new Map<NamedBody, Reason>();
  const newest = newestMaps(bodies);
  for (const body of bodies) {
    const reason =
      body.what?.kind === 'event' ? ofEvent(body, known, policy, now) : ofMap(body, newest, policy, now);
    if (reason) reasons.set(body, reason);
  }
  for (const body of beyondSize(bodies, reasons, newest, known, policy))
    reasons.set(body, body.what?.kind === 'event' ? 'size' : 'outdated');
  return {
    remove: bodies.flatMap(body => {
      const reason = reasons.get(body);
      return reason ? [{ ...body, reason }] : [];
    }),
    keep: bodies.filter(body => !reasons.has(body)),
  };
}

function ofEvent(body: NamedBody, known: Known, policy: Policy, now: Milliseconds): Reason | undefined {
  const age = now - body.storedAt;
  if (isRead(body, known, policy)) return 'read';
  if (age >= policy.ageMs) return 'age';
  return !known.references.has(body.name) && age >= policy.unreferencedMs ? 'unreferenced' : undefined;
}

/**
 * Whether nobody needs an event any more. A consumer is done with a message that it gave up on too: that is what the dead
 * letters tell. What nobody takes has been read by nobody.
 */
function isRead({ name, what }: NamedBody, known: Known, policy: Policy): boolean {
  const reference = known.references.get(name);
  if (!reference || what === undefined || known.failed.has(reference.subject)) return false;
  if (reference.pedestal && !known.pedestalsMade.has(runKey(what))) return false;
  const actors = new Set(known.consumers.map(consumer => actorOf(consumer.name)));
  if (!policy.consumers.every(actor => actors.has(actor))) return false;
  const takers = known.consumers.filter(
    consumer => takes(consumer, reference.subject) && !policy.ignore.includes(actorOf(consumer.name)),
  );
  return takers.length > 0 && takers.every(({ doneThrough }) => doneThrough >= reference.sequence);
}

function ofMap(
  body: NamedBody,
  newest: ReadonlySet<NamedBody>,
  policy: Policy,
  now: Milliseconds,
): Reason | undefined {
  if (body.what === undefined || newest.has(body)) return undefined;
  return now - body.storedAt >= policy.mapsMs ? 'outdated' : undefined;
}

/** @param bodies oldest first */
function newestMaps(bodies: readonly NamedBody[]): Set<NamedBody> {
  const counts = new Map<string, number>();
  return new Set(
    bodies.toReversed().filter(({ what }) => {
      if (what?.kind !== 'pedestal') return false;
      const camera = `${what.site}/${what.detector}/${what.camera}`;
      const count = (counts.get(camera) ?? 0) + 1;
      counts.set(camera, count);
      return count <= NEWEST_MAPS;
    }),
  );
}

/**
 * What must go until the rest is not too much: first the oldest maps but for the newest, then the oldest events. An event that is
 * just being told of stays, or its reference would lead nowhere.
 */
function beyondSize(
  bodies: readonly NamedBody[],
  removed: ReadonlyMap<NamedBody, Reason>,
  newest: ReadonlySet<NamedBody>,
  { references }: Known,
  { maxBytes }: Policy,
): NamedBody[] {
  if (maxBytes === null) return [];
  const left = bodies.filter(body => !removed.has(body));
  let excess = left.reduce((sum, { bytes }) => sum + bytes, 0) - maxBytes;
  const candidates = [
    ...left.filter(body => body.what?.kind === 'pedestal' && !newest.has(body)),
    ...left.filter(({ what, name }) => what?.kind === 'event' && references.has(name)),
  ];
  return candidates.filter(({ bytes }) => {
    if (excess <= 0) return false;
    excess -= bytes;
    return true;
  });
}
