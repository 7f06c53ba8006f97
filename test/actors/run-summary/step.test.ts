import { expect, test } from 'vitest';
import { wakeAt } from '../../../actors/run-summary/step.ts';
import { aWake, begin, Fold, picture, result, STARTED, spot, theBegin, theEnd, theResult } from './run.ts';

test('a run is told of when it begins, at intervals while it goes on, and when everything is there', () => {
  const fold = new Fold({ every: '10s' });
  expect(fold.tell(theBegin())).toMatchObject([
    { version: 1, complete: false, events: 0, expected: null, endedAt: null },
  ]);
  expect(fold.tell(theResult(0), 500)).toEqual([]);
  expect(fold.tell(theResult(1), 9_500)).toMatchObject([{ version: 2, events: 2 }]);
  expect(fold.tell(theResult(2))).toEqual([]);
  expect(fold.tell(theEnd(4))).toMatchObject([{ version: 3, events: 3, expected: 4, complete: false }]);
  expect(fold.tell(theResult(3))).toMatchObject([
    { version: 4, events: 4, complete: true, endedAt: { seconds: STARTED.seconds + 600 } },
  ]);
});

test('news that nothing follows is told when the interval is over: a wake is asked for', () => {
  const fold = new Fold({ every: '10s' });
  fold.tell(theBegin());
  const began = fold.now;
  expect(wakeAt(fold.state, fold.config)).toBeUndefined();
  fold.tell(theResult(0), 100);
  expect(wakeAt(fold.state, fold.config)).toBe(began + 10_000);
  expect(fold.tell(aWake(began + 10_000), 9_900)).toMatchObject([{ version: 2, events: 1 }]);
  expect(wakeAt(fold.state, fold.config)).toBeUndefined();
});

test('a result that is late makes a new version of what was told', () => {
  const fold = new Fold();
  for (const message of [theBegin(), theResult(0), theEnd(2)]) fold.tell(message);
  expect(fold.summaries.at(-1)).toMatchObject({ complete: false, events: 1, expected: 2 });
  expect(fold.tell(theResult(1), 3_600_000)).toMatchObject([{ complete: true, events: 2, version: 3 }]);
});

test('the same result again is counted once, and a copy is an event of its own', () => {
  const fold = new Fold();
  fold.tell(theBegin());
  fold.tell(theResult(0));
  const before = fold.state;
  expect(fold.tell(theResult(0))).toEqual([]);
  expect(fold.state).toEqual(before);
  fold.tell(theResult(0, { copy: 1 }));
  fold.tell(theResult(0, { copy: 1 }));
  fold.tell(theResult(0, { equipment: 'Other' }));
  expect(fold.tell(theEnd(3))).toMatchObject([{ events: 3, complete: true }]);
});

test('a pedestal run, of which nothing is reconstructed, is complete at its end', () => {
  const fold = new Fold();
  fold.tell(theBegin(7, { pedestal: true }));
  expect(fold.tell(theEnd(100, 7, { pedestal: true }))).toMatchObject([
    {
      complete: true,
      pedestal: true,
      expected: 100,
      events: 0,
      liveSeconds: 0,
      clusterRate: null,
      lightYield: null,
    },
  ]);
});

test('everything is added up: outcomes, pictures, clusters, waveforms, times and rates', () => {
  const fold = new Fold();
  const spark = picture([], { kind: 'spark' });
  fold.tell(theBegin());
  fold.tell(theResult(0, { pictures: [picture([spot(1_000.4), spot(2_000.4)])] }));
  fold.tell(theResult(1, { pictures: [picture([spot(-3)]), picture([], { camera: 1 })] }));
  fold.tell(theResult(2, { pictures: [spark] }));
  fold.tell(theResult(3, { outcome: 'sampled-out', reason: 'behind', pictures: [] }));
  fold.tell(theResult(4, { outcome: 'no-picture', reason: 'none', pictures: [] }));
  expect(fold.tell(theEnd(5))).toMatchObject([
    {
      events: 5,
      reconstructed: 3,
      sampledOut: 1,
      noPicture: 1,
      sparks: 1,
      pictures: 3,
      clusters: 3,
      liveSeconds: 3 * 0.3,
      elapsedSeconds: 4.3,
      clusterRate: 3 / (3 * 0.3),
      sparkRate: 1 / (3 * 0.3),
      meanIntegral: 2_997 / 3,
      lightYield: null,
      complete: true,
      startedAt: STARTED,
    },
  ]);
});

test('clusters that were too many for a message are counted, and the mean is of those that were told', () => {
  const fold = new Fold();
  fold.tell(theResult(0, { pictures: [picture([spot(3_000), spot(1_000)], { nSc: 9_000 })] }));
  expect(fold.tell(theEnd(1))).toMatchObject([{ clusters: 9_000, meanIntegral: 2_000 }]);
});

test('without an exposure there are no times and no rates', () => {
  const fold = new Fold();
  const runOf = { ...begin(), exposure: null };
  fold.tell(theBegin(7, { exposure: null }));
  fold.tell(theResult(0, { runOf: { ...result(0).runOf, exposure: runOf.exposure } }));
  expect(fold.tell(theEnd(1))).toMatchObject([
    { liveSeconds: null, elapsedSeconds: null, clusterRate: null, sparkRate: null },
  ]);
});

test('a result alone makes its run known: its begin may be older than the stream', () => {
  const fold = new Fold();
  expect(fold.tell(theResult(5))).toMatchObject([{ run: 7, version: 1, events: 1, startedAt: STARTED }]);
});

test('a complete run leaves the state, and what comes of it again does not begin it anew', () => {
  const fold = new Fold({ keep: '1h', keepIncomplete: '2h' });
  for (const message of [theBegin(), theResult(0), theEnd(1), theBegin(8), theEnd(1, 8)]) fold.tell(message);
  fold.tell(theBegin(9), 3_599_000);
  expect(Object.keys(fold.state.runs)).toEqual(['lngs:lime:7', 'lngs:lime:8', 'lngs:lime:9']);
  fold.tell(theResult(0, { run: 9 }), 1_000);
  expect(Object.keys(fold.state.runs)).toEqual(['lngs:lime:8', 'lngs:lime:9']);
  expect(fold.tell(theResult(0))).toEqual([]);
  expect(fold.tell(theResult(0, { run: 8 }))).toMatchObject([{ run: 8, complete: true }]);
  fold.tell(theResult(1, { run: 9 }), 2 * 3_600_000);
  expect(fold.state.left).toEqual({ 'lngs:lime': [[7, 8]] });
});

test('however many runs never end, the state stays small', () => {
  const fold = new Fold();
  for (let run = 1; run <= 600; run++) fold.tell(theBegin(run));
  expect(Object.keys(fold.state.runs)).toHaveLength(500);
  expect(fold.state.left).toEqual({ 'lngs:lime': [[1, 100]] });
  expect(JSON.stringify(fold.state).length).toBeLessThan(512 * 1024);
});

test('a run keeps the cuts it was begun with, whatever the configuration says after a restart', () => {
  const before = new Fold();
  before.tell(theResult(0, { pictures: [picture([spot(10_000)])] }));
  const after = new Fold({ spots: { integral: { from: 100_000, to: 200_000 } } });
  after.state = before.state;
  after.tell(theResult(1, { pictures: [picture([spot(10_000), spot(150_000)])] }));
  const spots = after.state.runs['lngs:lime:7']?.spots ?? [];
  expect([spots[30], spots.reduce((a, b) => a + b)]).toEqual([2, 2]);
});

test('a detector may have cuts of its own', () => {
  const fold = new Fold({ detectors: { lime: { integral: { from: 100_000, to: 200_000 } } } });
  fold.tell(theResult(0, { pictures: [picture([spot(10_000), spot(150_000)])] }));
  expect(fold.state.runs['lngs:lime:7']?.spots.reduce((a, b) => a + b)).toBe(1);
});
