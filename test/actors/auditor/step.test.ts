import { expect, test } from 'vitest';
import { withRange } from '../../../protocol/ranges.ts';
import { Keeper, letter, reached, readings, record, T0 } from './books.ts';

const MINUTE = 60_000;

/** Thirty spills of a minute, all the way. */
function minuteOf(keeper: Keeper, first: number, from: number, skip: { made?: number; filed?: number } = {}) {
  for (let n = 0; n < 30; n++) {
    keeper.enter(readings(first + n, from + n * 2_000));
    if (first + n !== skip.made) keeper.enter(record(first + n));
    keeper.pass(2_000);
  }
  keeper.enter(reached('filed', 'SPILL', first, first + 29));
  keeper.enter(reached('stored', 'SPILL', first, first + 29));
  keeper.enter(reached('stored', 'BEAM', first, first + 29));
}

test('a minute of spills that are all at every stage is told once, complete', () => {
  const keeper = new Keeper();
  minuteOf(keeper, 1, T0);
  keeper.pass(10 * MINUTE);
  expect(keeper.accounts).toMatchObject([
    {
      version: 1,
      complete: true,
      expectation: 'counted',
      counts: {
        expected: 30,
        received: 30,
        made: 30,
        filed: 30,
        listed: 30,
        stored: 30,
        late: 0,
        refused: {},
      },
    },
  ]);
  expect(keeper.discrepancies).toEqual([]);
});

test('a spill that the packer passed by is an open discrepancy, and closed when its record comes after all', () => {
  const keeper = new Keeper();
  minuteOf(keeper, 1, T0, { made: 7 });
  keeper.pass(2 * MINUTE);
  expect(keeper.accounts.at(-1)).toMatchObject({
    version: 1,
    complete: false,
    counts: { received: 30, made: 29 },
  });
  expect(keeper.discrepancies).toMatchObject([
    {
      stage: 'made',
      kind: 'gap',
      state: 'open',
      version: 1,
      count: 1,
      where: 'BEAM 7',
      causes: [{ code: 'unknown' }],
    },
  ]);
  keeper.enter(record(31, 7));
  keeper.enter(reached('filed', 'SPILL', 31, 31));
  keeper.enter(reached('stored', 'SPILL', 31, 31));
  keeper.pass(MINUTE);
  expect(keeper.accounts.at(-1)).toMatchObject({ version: 2, complete: true, counts: { made: 30 } });
  expect(keeper.discrepancies.at(-1)).toMatchObject({ state: 'closed', version: 2, count: 0 });
});

test('a record that the feed gave up on is explained by its dead letter, counted as refused, and closed by its replay', () => {
  const keeper = new Keeper();
  keeper.enter(readings(1, T0));
  keeper.enter(record(1));
  keeper.enter(letter('rotorooter-feed', 'SPILL', 1, 'BLOCK_CHECKSUM'));
  keeper.enter(readings(2, T0 + 2_000));
  keeper.enter(record(2));
  keeper.enter(reached('filed', 'SPILL', 1, 2));
  keeper.enter(reached('stored', 'SPILL', 1, 2));
  keeper.enter(reached('stored', 'BEAM', 1, 2));
  keeper.pass(5 * MINUTE);
  expect(keeper.accounts.at(-1)).toMatchObject({
    complete: false,
    counts: { made: 2, filed: 1, stored: 2, refused: { BLOCK_CHECKSUM: 1 } },
  });
  expect(keeper.discrepancies.at(-1)).toMatchObject({ stage: 'filed', state: 'explained', where: 'SPILL 1' });
  keeper.enter({ stream: 'SPILL', sequence: 3, body: { kind: 'again', origin: 1 } });
  keeper.enter(reached('filed', 'SPILL', 3, 3));
  keeper.pass(MINUTE);
  expect(keeper.accounts.at(-1)).toMatchObject({
    complete: true,
    version: 2,
    counts: { filed: 2, refused: {} },
  });
  expect(keeper.discrepancies.at(-1)).toMatchObject({ state: 'closed' });
});

test('readings that the packer gave up on are packed when they are replayed, and the account knows them again', () => {
  const keeper = new Keeper({ beam: { stages: ['made'] } });
  keeper.enter(readings(1, T0));
  keeper.enter(letter('spill-packer', 'BEAM', 1, 'MESSAGE_MALFORMED'));
  keeper.pass(5 * MINUTE);
  expect(keeper.discrepancies.at(-1)).toMatchObject({
    state: 'explained',
    causes: [{ code: 'MESSAGE_MALFORMED' }],
  });
  keeper.enter({ stream: 'BEAM', sequence: 9, body: { kind: 'again', origin: 1 } });
  keeper.enter(record(1, 9));
  keeper.pass(MINUTE);
  expect(keeper.accounts.at(-1)).toMatchObject({ complete: true, counts: { received: 1, made: 1 } });
});

test('a stage that is away is the reason for what waits, and no more than that when it comes back', () => {
  const keeper = new Keeper();
  keeper.enter(reached('filed', 'SPILL', 1, 1));
  minuteOf(keeper, 2, T0);
  const { told } = keeper;
  const slow = new Keeper();
  slow.enter(reached('filed', 'SPILL', 1, 1));
  for (let n = 2; n < 32; n++) {
    slow.enter(readings(n, T0 + n * 1_000));
    slow.enter(record(n));
  }
  slow.enter(reached('stored', 'SPILL', 1, 31));
  slow.enter(reached('stored', 'BEAM', 1, 31));
  slow.pass(10 * MINUTE);
  expect(slow.discrepancies).toMatchObject([
    { stage: 'filed', state: 'explained', count: 30, causes: [{ code: 'behind', count: 30 }] },
  ]);
  slow.enter(reached('filed', 'SPILL', 2, 31));
  slow.pass(MINUTE);
  expect(slow.accounts.at(-1)).toMatchObject({ version: 2, complete: true });
  expect(slow.discrepancies.at(-1)).toMatchObject({ state: 'closed' });
  expect(told).toEqual(keeper.told);
});

test('a callback that the front end numbered and nobody accepted is missing; one that overtook another is not', () => {
  const keeper = new Keeper({ beam: { stages: [] } });
  for (const [n, number] of [1, 2, 4, 3, 6].entries())
    keeper.enter(readings(n + 1, T0 + number * 1000, number));
  keeper.pass(5 * MINUTE);
  expect(keeper.accounts).toMatchObject([{ complete: false, counts: { expected: 6, received: 5 } }]);
  expect(keeper.discrepancies).toMatchObject([
    { stage: 'received', state: 'explained', count: 1, where: 'r1 5', causes: [{ code: 'given-up' }] },
  ]);
});

test('a trigger whose front end numbers nothing is expected as often as the configuration says', () => {
  const keeper = new Keeper({ beam: { stages: [], cadence: { A9: '2s' } } });
  for (const [n, at] of [0, 2_010, 3_990, 10_005, 12_000].entries())
    keeper.enter(readings(n + 1, T0 + at, null));
  keeper.pass(5 * MINUTE);
  expect(keeper.accounts).toMatchObject([{ expectation: 'cadence', counts: { expected: 7, received: 5 } }]);
});

test('without numbers and cadence nothing is expected, and the account says so', () => {
  const keeper = new Keeper({ beam: { stages: [] } });
  keeper.enter(readings(1, T0, null));
  keeper.pass(5 * MINUTE);
  expect(keeper.accounts).toMatchObject([
    { complete: true, expectation: 'none', counts: { expected: null, received: 1 } },
  ]);
});

test('late data makes a new version of a settled account, and is told as late', () => {
  const keeper = new Keeper({ beam: { stages: ['made'] } });
  keeper.enter(readings(1, T0));
  keeper.enter(record(1));
  keeper.pass(5 * MINUTE);
  keeper.enter(readings(2, T0 + 1_000));
  keeper.enter(record(2));
  keeper.pass(5 * MINUTE);
  expect(keeper.accounts.map(({ version, counts }) => [version, counts.received, counts.late])).toEqual([
    [1, 1, 0],
    [2, 2, 1],
  ]);
  expect(keeper.discrepancies).toMatchObject([{ kind: 'late', state: 'closed', count: 1 }]);
});

test('what comes when its account has been forgotten opens another, which counts with it', () => {
  const keeper = new Keeper({ beam: { stages: [] }, keep: '5m' });
  keeper.enter(readings(1, T0));
  keeper.pass(60 * MINUTE);
  keeper.enter(readings(2, T0 + 30 * MINUTE));
  keeper.pass(60 * MINUTE);
  keeper.enter(readings(3, T0 + 1_000));
  keeper.pass(60 * MINUTE);
  const [first, , third] = keeper.accounts;
  expect(third).toMatchObject({ account: first?.account, version: 1, counts: { received: 1 } });
  expect(third?.opened).not.toEqual(first?.opened);
});

test('what is complete leaves nothing but numbers in the state, and after its time nothing at all', () => {
  const keeper = new Keeper();
  for (let minute = 0; minute < 20; minute++) minuteOf(keeper, 1 + minute * 30, T0 + minute * MINUTE);
  keeper.pass(5 * MINUTE);
  const books = Object.values(keeper.state.accounts);
  expect(books).toHaveLength(20);
  expect(books.every(({ received, outputs }) => received.length + outputs.length === 0)).toBe(true);
  expect(keeper.state.reached['filed SPILL']).toEqual(withRange([], 1, 600));
  keeper.pass(180 * MINUTE);
  keeper.enter(readings(601, T0 + 200 * MINUTE));
  expect(Object.keys(keeper.state.accounts)).toHaveLength(1);
});
