import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { ascendingRuns, mergeable } from '../../../runtime/host/merge.ts';

const MAX = Number.MAX_SAFE_INTEGER;

/** Streams of messages with few different times, so that equal ones are common. */
const streams = fc.array(
  fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 12 }).map(times => times.toSorted((a, b) => a - b)),
  { minLength: 1, maxLength: 5 },
);

/** The order by time, rank and sequence, of streams that are wholly known. */
const sorted = (all: readonly (readonly number[])[]) =>
  all
    .flatMap((times, rank) => times.map((time, sequence) => ({ time, rank, sequence })))
    .toSorted((a, b) => a.time - b.time || a.rank - b.rank || a.sequence - b.sequence)
    .map(({ rank }) => rank);

test('messages of several streams come by time, then by rank, then by sequence', () => {
  fc.assert(
    fc.property(streams, all => {
      const queues = all.map(times => ({ times, knownTo: Number.POSITIVE_INFINITY }));
      expect(mergeable(queues, MAX)).toEqual(sorted(all));
    }),
  );
});

test('in whatever portions messages arrive, and however little is known of those to come, the order is the same', () => {
  fc.assert(
    fc.property(streams, fc.infiniteStream(fc.nat({ max: 3 })), (all, portions) => {
      const arrived = all.map(() => 0);
      const taken = all.map(() => 0);
      const order: number[] = [];
      const total = all.flat().length;
      for (let round = 0; order.length < total && round < 500; round++) {
        const queues = all.map((times, rank) => {
          const there = Math.min(times.length, (arrived[rank] ?? 0) + (portions.next().value ?? 1));
          arrived[rank] = there;
          const next = times[there];
          // What a server can say: nothing older than what it will bring next, or that nothing is left.
          const knownTo = next ?? Number.POSITIVE_INFINITY;
          return { times: times.slice(taken[rank], there), knownTo };
        });
        for (const rank of mergeable(queues, 1 + (portions.next().value ?? 0))) {
          order.push(rank);
          taken[rank] = (taken[rank] ?? 0) + 1;
        }
      }
      expect(order).toEqual(sorted(all));
    }),
  );
});

test('a stream that may still bring something as old holds the others up; one that is known to be past does not', () => {
  expect(
    mergeable(
      [
        { times: [5, 7], knownTo: 0 },
        { times: [], knownTo: 5 },
      ],
      MAX,
    ),
  ).toEqual([]);
  expect(
    mergeable(
      [
        { times: [5, 7], knownTo: 0 },
        { times: [], knownTo: 6 },
      ],
      MAX,
    ),
  ).toEqual([0]);
  expect(mergeable([{ times: [], knownTo: 0 }], MAX)).toEqual([]);
});

test('a list is cut where an item is older than the one before it, and nowhere else', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 9 })), items => {
      const runs = ascendingRuns(items, (one, other) => one < other);
      expect(runs.flat()).toEqual(items);
      for (const run of runs) expect(run).toEqual(run.toSorted((a, b) => a - b));
      const cuts = runs.slice(1).map((run, index) => (run[0] ?? 0) < (runs[index]?.at(-1) ?? 0));
      expect(cuts).toEqual(cuts.map(() => true));
    }),
  );
});
