import { KeyedRandom, keyOf } from '../../fixtures/simulator/random.ts';
import {
  DISKS,
  FAULT_KINDS,
  type Fault,
  type FaultKind,
  POISONED,
  POISONS,
  SHARES,
  STORE,
  type What,
} from './fault.ts';
import { linksTo } from './link-names.ts';

/** What a schedule is a pure function of: equal ones give equal schedules. */
export interface Counts {
  readonly seed: number;
  readonly spills: number;
  readonly faults: number;
  /** Actors, in order. */
  readonly actors: readonly string[];
  /** Names of the servers of NATS. */
  readonly servers: readonly string[];
}

/** The first spills find the system as it is, and the last ones find the way back. */
const FIRST = 0.03;
const LAST = 0.95;

/** Silences that only a heartbeat of the connection can end take as long as that: for runs that have the time. */
const LONG_RUN = 1_000;

/** How many faults of each kind: by their shares, at least one of each where there are enough. */
export function dealKinds(faults: number): FaultKind[] {
  const sum = Object.values(SHARES).reduce((total, share) => total + share, 0);
  const exact = FAULT_KINDS.map(kind => (faults * SHARES[kind]) / sum);
  const least = faults >= FAULT_KINDS.length ? 1 : 0;
  const counts = exact.map(share => Math.max(least, Math.floor(share)));
  const missing = () => faults - counts.reduce((total, count) => total + count, 0);
  const furthest = (sign: 1 | -1): number => {
    const owed = exact.map((share, index) => sign * (share - (counts[index] ?? 0)));
    const allowed = owed.map((one, index) =>
      sign > 0 || (counts[index] ?? 0) > least ? one : Number.NEGATIVE_INFINITY,
    );
    return allowed.indexOf(Math.max(...allowed));
  };
  while (missing() !== 0) {
    const sign = missing() > 0 ? 1 : -1;
    const index = furthest(sign);
    counts[index] = (counts[index] ?? 0) + sign;
  }
  return FAULT_KINDS.flatMap((kind, index) => Array.from({ length: counts[index] ?? 0 }, () => kind));
}

/** The faults of a campaign in the order in which they come. */
export function scheduleOf(counts: Counts): Fault[] {
  const { seed, spills, faults } = counts;
  const order = new KeyedRandom(seed, keyOf('order'));
  const kinds = shuffled(dealKinds(faults), order);
  const draw = drawer(counts);
  const span = (LAST - FIRST) * spills;
  return kinds.map((kind, index) => ({
    number: index + 1,
    // Evenly spread, and each somewhere in its own part.
    atSpill: Math.floor(FIRST * spills + (span * (index + order.uniform())) / faults),
    ...draw(kind),
  }));
}

/** Draws what a fault of a kind does, with random numbers of its own for each kind: more of one kind change no other. */
function drawer({ seed, spills, actors, servers }: Counts): (kind: FaultKind) => What {
  const randoms = new Map(FAULT_KINDS.map(kind => [kind, new KeyedRandom(seed, keyOf(kind))]));
  const random = (kind: FaultKind) => randoms.get(kind) as KeyedRandom;
  const turns = new Map<string, () => unknown>();
  const next = <T>(kind: FaultKind, list: readonly T[], name = ''): T => {
    const key = `${kind}${name}`;
    const turn = turns.get(key) ?? inTurn(list, random(kind));
    turns.set(key, turn);
    return turn() as T;
  };
  const between = (kind: FaultKind, least: number, most: number) =>
    Math.round(least + (most - least) * random(kind).uniform());
  const processes = [...actors, ...servers, STORE];
  const links = linksTo(actors, servers);
  const link = (kind: FaultKind): string =>
    // Every actor has a link to NATS; the others would hardly be hit.
    random(kind).uniform() < 0.5 ? next(kind, links.nats, 'nats') : next(kind, links.others, 'others');
  const coin = (kind: FaultKind) => random(kind).uniform() < 0.5;
  const on = (kind: 'cut' | 'delay' | 'half-open' | 'pieces', most: number) => ({
    links: [link(kind)],
    forMs: between(kind, 500, most),
  });

  const restart = <Kind extends 'nats-restart' | 'store-restart'>(kind: Kind, names: readonly string[]) => ({
    kind,
    process: next(kind, names),
  });
  const draws: { readonly [Kind in FaultKind]: (kind: Kind) => What } = {
    kill: kind => ({ kind, process: next(kind, processes) }),
    stop: kind => ({ kind, process: next(kind, processes), forMs: between(kind, 300, 2_500) }),
    // Longer than a lease (6 s) and than a worker may be silent.
    'long-stop': kind => ({ kind, process: next(kind, processes), forMs: between(kind, 7_000, 12_000) }),
    cut: kind => ({ kind, ...on(kind, 3_000), behaviour: { kind } }),
    delay: kind => ({
      kind,
      ...on(kind, 5_000),
      behaviour: { kind, latencyMs: between(kind, 20, 250), jitterMs: between(kind, 0, 100) },
    }),
    'half-open': kind => {
      const silent = coin(kind) ? 'to-server' : 'to-client';
      const fault = { kind, ...on(kind, 8_000), behaviour: { kind, silent, reset: coin(kind) } } as const;
      const long = random(kind).uniform() < 0.2 && spills >= LONG_RUN;
      return long ? { ...fault, forMs: between(kind, 24_000, 32_000) } : fault;
    },
    pieces: kind => ({
      kind,
      ...on(kind, 5_000),
      behaviour: { kind, bytes: between(kind, 16, 1_400), pauseMs: between(kind, 0, 2) },
    }),
    reorder: kind => ({
      kind,
      links: next(kind, links.groups),
      behaviour: { kind, upToMs: between(kind, 50, 400) },
      forMs: between(kind, 1_000, 4_000),
    }),
    'slow-disk': kind => ({
      kind,
      disk: next(kind, DISKS),
      byMs: between(kind, 20, 200),
      forMs: between(kind, 2_000, 5_000),
    }),
    'full-disk': kind => ({ kind, disk: next(kind, DISKS), forMs: between(kind, 1_500, 5_000) }),
    'clock-step': kind => ({
      kind,
      process: next(kind, actors),
      // Seconds as often as minutes.
      byMs: (coin(kind) ? -1 : 1) * Math.round(1_000 * 300 ** random(kind).uniform()),
      forMs: between(kind, 2_000, 8_000),
    }),
    'nats-restart': kind => restart(kind, servers),
    'store-restart': kind => restart(kind, [STORE]),
    poison: kind => ({
      kind,
      stream: next(kind, POISONED, 'stream'),
      poison: next(kind, POISONS, 'poison'),
    }),
  };
  return kind => (draws[kind] as (kind: FaultKind) => What)(kind);
}

/** One after the other of a shuffled list, again and again: each as often as the others. */
function inTurn<T>(list: readonly T[], random: KeyedRandom): () => T {
  const order = shuffled(list, random);
  let at = 0;
  return () => order[at++ % order.length] as T;
}

/** By Fisher and Yates. */
function shuffled<T>(list: readonly T[], random: KeyedRandom): T[] {
  const order = [...list];
  for (let last = order.length - 1; last > 0; last--) {
    const other = Math.floor(random.uniform() * (last + 1));
    [order[last], order[other]] = [order[other] as T, order[last] as T];
  }
  return order;
}
