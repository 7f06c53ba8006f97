import { age, isoTime } from '../frame/format.ts';
import { hasBeam } from './beam.ts';
import type { Status } from './status.ts';

/** Something about the page itself that whoever reads it must know. */
export interface Condition {
  readonly id: 'away' | 'old' | 'version' | 'session' | 'store';
  readonly level: 'major' | 'minor' | 'info';
  readonly text: string;
  readonly action?: 'reload' | 'sign-in';
}

/** Without a spill for so long, what was read with beam is old. */
const OLD_MS = 30_000;

/** Everything that holds now, what weighs most first. */
export function conditionsOf(status: Status, nowMs: number): Condition[] {
  const { connected, hello, version, spill, storeProblem, expired, mayLook, lostAt } = status;
  const list: Condition[] = [];
  if (!connected && mayLook)
    list.push({
      id: 'away',
      level: 'major',
      text: hello
        ? `Not live since ${isoTime(lostAt).slice(11)} UTC. What is shown is from then; the connection is being tried again.`
        : 'No connection to the gateway yet; it is being tried again.',
    });
  if (connected && spill && hasBeam(spill) && nowMs - spill.storedAt > OLD_MS)
    list.push({
      id: 'old',
      level: 'major',
      text: `Data is old: the last spill came ${age(nowMs - spill.storedAt)} ago, and it had beam.`,
    });
  if (expired)
    list.push({
      id: 'session',
      level: mayLook ? 'minor' : 'major',
      text: mayLook
        ? 'Your session has ended: you see what everybody sees.'
        : `Your session has ended. What is shown is of ${isoTime(lostAt).slice(11)} UTC, and nothing new comes.`,
      action: 'sign-in',
    });
  if (storeProblem !== undefined)
    list.push({ id: 'store', level: 'minor', text: `Plots get no answers: ${storeProblem}` });
  if (hello && hello.version !== version)
    list.push({
      id: 'version',
      level: 'info',
      text: 'The gateway has a newer page than this one.',
      action: 'reload',
    });
  return list;
}

const ORDER: readonly Condition['id'][] = ['away', 'old', 'session', 'store', 'version'];

/** How long something must hold to be shown, and be over to vanish: a wink of the network moves nothing. */
const SETTLE_MS = 1000;

/** Keeps what is shown from flickering. */
export class Steady {
  readonly #seen = new Map<Condition['id'], { since: number; until: number; last: Condition }>();

  /** What to show of what holds now. */
  settle(conditions: readonly Condition[], nowMs: number): Condition[] {
    for (const last of conditions) {
      const since = this.#seen.get(last.id)?.since ?? nowMs;
      this.#seen.set(last.id, { since, until: nowMs + SETTLE_MS, last });
    }
    for (const [id, { until }] of this.#seen) if (nowMs >= until) this.#seen.delete(id);
    return [...this.#seen.values()]
      .filter(({ since, until }) => until - SETTLE_MS - since >= SETTLE_MS)
      .map(({ last }) => last)
      .toSorted((a, b) => ORDER.indexOf(a.id) - ORDER.indexOf(b.id));
  }
}
