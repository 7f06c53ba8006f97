import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { RunningActor } from '../../../runtime/actor.ts';
import { openStore, rowsOf, type StoreOptions } from '../../../runtime/store/connection.ts';
import { clickHouse, type TestStore } from '../../helpers/store.ts';
import {
  batchOf,
  device,
  heartbeat,
  missing,
  reached,
  readingsOf,
  recordOf,
  startRecorder,
} from './fixtures.ts';

const ROLLED_UP =
  'SELECT toUInt32(sum(count)) AS count, sum(sum) AS sum, min(min) AS min, max(max) AS max FROM';

let server: TestStore;
let options: StoreOptions;
let actor: Awaited<ReturnType<typeof startRecorder>>;

beforeAll(async () => {
  server = await clickHouse();
});
afterAll(() => server[Symbol.asyncDispose]());

const query = async <Row>(sql: string): Promise<Row[]> => {
  await using store = openStore(options);
  return rowsOf<Row>(store, sql, 'test');
};

describe('on a store that is there', () => {
  let number = 0;
  beforeEach(async () => {
    number += 1;
    options = { url: server.url, user: 'spillway', database: `recorder_${number}` };
    actor = await startRecorder(options);
    return () => actor[Symbol.asyncDispose]();
  });

  test('scalars, arrays and problems arrive as they were read, bit for bit', async () => {
    const odd = [0.1, -0, Number.NaN, Number.POSITIVE_INFINITY, 5e-324, 1.7976931348623157e308];
    await actor
      .lane('BEAM')
      .deliver(
        batchOf('BEAM@1', 7, [
          readingsOf(
            1_795_000_000,
            [
              device('E:TRTGTD', [0.1], { units: 'E12', status: -8 * 256 + 1 }),
              device('E:HPTGT', odd, { seconds: 2 ** 40, units: 'µm' }),
              device('E:EMPTY', []),
            ],
            [{ device: 'E:TR101D', code: 'DEVICE_MISSING', detail: "it's\tnot there" }],
          ),
        ]),
      );
    expect(await query('SELECT * EXCEPT inserted_at FROM readings')).toEqual([
      {
        ts: '2026-11-18 11:06:40.123456',
        device: 'E:TRTGTD',
        in_out: 'in',
        value: 0.1,
        units: 'E12',
        status: -2047,
        device_time: '2026-11-18 11:06:40.123',
        trigger: 'A9',
        source: 'beams',
        mode: 'callback',
        stream: 'BEAM@1',
        sequence: 7,
      },
    ]);
    const arrays = await query<{ device: string; bits: string; units: string }>(
      "SELECT device, arrayStringConcat(arrayMap(v -> hex(v), values), ' ') AS bits, units, toString(device_time) AS at FROM reading_arrays ORDER BY device",
    );
    const bits = odd
      .map(value => Buffer.from(Float64Array.of(value).buffer).toString('hex').toUpperCase())
      .join(' ');
    expect(arrays).toEqual([
      { device: 'E:EMPTY', bits: '', units: 'mm', at: '2026-11-18 11:06:40.123' },
      { device: 'E:HPTGT', bits, units: 'µm', at: '2299-12-31 23:59:59.123' },
    ]);
    expect(await query('SELECT device, code, detail FROM reading_problems')).toEqual([
      { device: 'E:TR101D', code: 'DEVICE_MISSING', detail: "it's\tnot there" },
    ]);
  });

  test('a batch delivered again is there once, in the tables and in the roll-ups', async () => {
    const batch = batchOf(
      'BEAM@1',
      1,
      [1, 2, 3].map(value =>
        readingsOf(1_795_000_000 + value, [device('E:A', [value]), device('E:B', [value, 10 * value])]),
      ),
    );
    for (const _ of [1, 2, 3]) await actor.lane('BEAM').deliver(batch);
    expect(await query('SELECT count() AS n FROM readings')).toEqual([{ n: 3 }]);
    for (const table of ['readings_1m', 'readings_1h'])
      expect(await query(`${ROLLED_UP} ${table}`)).toEqual([{ count: 3, sum: 6, min: 1, max: 3 }]);
    for (const table of ['reading_arrays_1m', 'reading_arrays_1h'])
      expect(
        await query(`SELECT toUInt32(sum(count)) AS count, avgForEachMerge(mean) AS mean FROM ${table}`),
      ).toEqual([{ count: 3, mean: [2, 20] }]);
    expect(await query('SELECT first, last, messages, rows FROM deliveries')).toEqual([
      { first: 1, last: 3, messages: 3, rows: 9 },
    ]);
  });

  test('a trigger is there with when each hop had it, also when no device came', async () => {
    const problem = { device: 'E:A', code: 'DEVICE_MISSING' as const, detail: 'asked for, not given' };
    await actor.lane('BEAM').deliver(batchOf('BEAM@1', 3, [readingsOf(1_795_000_000, [], [problem])]));
    expect(await query('SELECT * EXCEPT inserted_at FROM triggers')).toEqual([
      {
        ts: '2026-11-18 11:06:40.123456',
        trigger: 'A9',
        in_out: 'in',
        source: 'beams',
        mode: 'callback',
        devices: 0,
        problems: 1,
        hops: { received: '2026-11-18 11:06:40.000125', accepted: '2026-11-18 11:06:40.001250' },
        stored_at: '2026-11-18 11:06:40.002',
        stream: 'BEAM@1',
        sequence: 3,
      },
    ]);
  });

  test('equal readings of two triggers are two, not one', async () => {
    const same = readingsOf(1_795_000_000, [device('E:A', [1])]);
    await actor.lane('BEAM').deliver(batchOf('BEAM@1', 1, [same]));
    await actor.lane('BEAM').deliver(batchOf('BEAM@1', 2, [same]));
    expect(await query('SELECT count() AS n FROM readings')).toEqual([{ n: 2 }]);
  });

  test('NaN, infinities and bad states are counted and spoil nothing', async () => {
    const values = [Number.NaN, 2, Number.NEGATIVE_INFINITY, 4];
    await actor.lane('BEAM').deliver(
      batchOf(
        'BEAM@1',
        1,
        values.map((value, index) =>
          readingsOf(1_795_000_000 + index, [
            device('E:A', [value], { status: index }),
            device('E:NAN', [Number.NaN]),
            device('E:B', [value, 1]),
          ]),
        ),
      ),
    );
    expect(
      await query(
        `SELECT toUInt32(sum(count)) AS n, toUInt32(sum(not_finite)) AS odd, toUInt32(sum(bad_status)) AS bad,
           sum(sum) / sum(count) AS mean, min(min) AS low, max(max) AS high, argMaxMerge(last) AS last
         FROM readings_1m WHERE device = 'E:A'`,
      ),
    ).toEqual([{ n: 2, odd: 2, bad: 3, mean: 3, low: 2, high: 4, last: 4 }]);
    expect(
      await query(
        "SELECT min(min) AS low, sum(sum) / nullIf(sum(count), 0) AS mean FROM readings_1h WHERE device = 'E:NAN'",
      ),
    ).toEqual([{ low: null, mean: null }]);
    expect(
      await query("SELECT avgForEachMerge(mean) AS mean FROM reading_arrays_1m WHERE device = 'E:B'"),
    ).toEqual([{ mean: [3, 1] }]);
  });

  test('readings of any year are kept, in one batch too', async () => {
    const years = [0, 1, 1_000_000_000, 1_795_000_000, 4_294_967_295];
    await actor.lane('BEAM').deliver(
      batchOf(
        'BEAM@1',
        1,
        years.map(second => readingsOf(second, [device('E:A', [1])])),
      ),
    );
    await actor.lane('BEAM').deliver(
      batchOf(
        'BEAM@1',
        100,
        Array.from({ length: 105 }, (_, month) => readingsOf(month * 2_700_000, [device('E:M', [1])])),
      ),
    );
    expect(await query("SELECT count() AS n, max(ts) AS last FROM readings WHERE device = 'E:A'")).toEqual([
      { n: 5, last: '2106-02-07 06:28:15.123456' },
    ]);
    expect(await query("SELECT count() AS n FROM readings WHERE device = 'E:M'")).toEqual([{ n: 105 }]);
  });

  test('a record is told by what it says, and by the digest of its bytes', async () => {
    const record = recordOf(42);
    for (const _ of [1, 2]) await actor.lane('SPILL').deliver(batchOf('SPILL@5', 9, [record]));
    expect(await query('SELECT * EXCEPT inserted_at FROM spills')).toEqual([
      {
        spill_count: 42,
        in_out: 'in',
        block_time: '2026-11-18 11:07:22.000000005',
        stream: 'SPILL@5',
        spill_sequence: 9,
        simulated: true,
        detector: 'near',
        minor: 2,
        devices: 2,
        values: 4,
        bytes: record.bytes.length,
        sha256: createHash('sha256').update(record.bytes).digest('hex'),
        stored_at: '2026-11-18 11:06:40.002',
        hops: { received: '2026-11-18 11:06:40.000125', accepted: '2026-11-18 11:06:40.001250' },
      },
    ]);
  });

  test('heartbeats and the ledger can be plotted', async () => {
    await actor.lane('HEALTH').deliver(batchOf('HEALTH@1', 1, [heartbeat]));
    expect(
      await query(
        `SELECT ts, state, lanes['BEAM'].lag AS lag, lanes['BEAM'].rate AS rate, counters['rows{table=readings}'] AS rows,
           latencies['insert'].p99 AS p99, started_at FROM health`,
      ),
    ).toEqual([
      {
        ts: '2026-11-18 11:06:41.500',
        state: 'running',
        lag: 3,
        rate: 0.5,
        rows: 12,
        p99: 2.5,
        started_at: '2026-11-18 11:06:40.000',
      },
    ]);
    await actor.lane('LEDGER').deliver(batchOf('LEDGER@1', 1, [reached, missing]));
    expect(
      await query('SELECT stage, kind, of_stream, first, last, count, reason FROM ledger ORDER BY ts'),
    ).toEqual([
      {
        stage: 'filed',
        kind: 'reached',
        of_stream: 'SPILL@1',
        first: 1,
        last: 10,
        count: 10,
        reason: '',
      },
      {
        stage: 'recorder',
        kind: 'missing',
        of_stream: 'BEAM@1',
        first: 5,
        last: 6,
        count: 2,
        reason: 'aged out',
      },
    ]);
  });

  test('the store tells how far it is, so that one that was put back asks for what it lacks', async () => {
    const lane = actor.lane('BEAM');
    expect(await lane.resume?.('BEAM@1')).toBe(0);
    await lane.deliver(batchOf('BEAM@1', 1, [readingsOf(1, []), readingsOf(2, [])]));
    await lane.deliver(batchOf('BEAM@1', 3, [readingsOf(3, [device('E:A', [1])])]));
    expect(await lane.resume?.('BEAM@1')).toBe(3);
    expect(await lane.resume?.('BEAM@2')).toBe(0);
  });

  test('messages that come one by one after a refusal add only what is missing', async () => {
    const lane = actor.lane('BEAM');
    const bodies = [1, 2].map(value =>
      readingsOf(1_795_000_000 + value, [device('E:A', [value]), device('E:B', [value, value])]),
    );
    await lane.deliver(batchOf('BEAM@1', 1, bodies));
    // The batch was refused for its arrays: only the scalars are there.
    await using store = openStore(options);
    await store.client.command({ query: 'TRUNCATE TABLE reading_arrays' });
    for (const [index, body] of bodies.entries())
      await lane.deliver({ ...batchOf('BEAM@1', 1 + index, [body]), afterRefusal: true });
    expect(await query('SELECT count() AS n FROM readings')).toEqual([{ n: 2 }]);
    expect(await query('SELECT count() AS n FROM reading_arrays')).toEqual([{ n: 2 }]);
  });

  test('a replayed message adds only what is missing, in the place it had first', async () => {
    const lane = actor.lane('BEAM');
    const body = readingsOf(1_795_000_000, [device('E:A', [1]), device('E:B', [1, 2])]);
    await lane.deliver(batchOf('BEAM@1', 5, [body]));
    await using store = openStore(options);
    await store.client.command({ query: 'TRUNCATE TABLE reading_arrays' });
    const { messages, token } = batchOf('BEAM@1', 99, [body]);
    const origin = { stream: 'BEAM@1', sequence: 5 } as const;
    await lane.deliver({
      token,
      messages: messages.map(one => ({ ...one, origin })),
      afterRefusal: true,
      again: false,
    });
    expect(await query('SELECT sequence FROM readings')).toEqual([{ sequence: 5 }]);
    expect(await query('SELECT sequence FROM reading_arrays')).toEqual([{ sequence: 5 }]);
  });
});

test('a store that is killed and comes back has every batch once', async () => {
  await using store = await clickHouse();
  options = { url: store.url, user: 'spillway', database: 'killed' };
  await using recorder: RunningActor & { lane: typeof actor.lane } = await startRecorder(options);
  const lane = recorder.lane('BEAM');
  const batches = Array.from({ length: 30 }, (_, index) =>
    batchOf(
      'BEAM@1',
      1 + index * 2,
      [1, 2].map(value =>
        readingsOf(1_795_000_000 + index, [device('E:A', [value]), device('E:B', [value, value])]),
      ),
    ),
  );
  const outcomes: string[] = [];
  let killed: Promise<void> | undefined;
  for (const [index, batch] of batches.entries()) {
    // In the middle of an insert, not between two.
    if (index === 10) killed = store.kill();
    const code = await lane.deliver(batch).then(
      () => 'ok',
      (error: { code: string; retry: boolean }) => `${error.code} ${error.retry}`,
    );
    outcomes.push(code);
    if (code === 'ok') continue;
    await killed;
    await store.restart();
    await lane.deliver(batch);
  }
  expect(outcomes).toContain('STORE_AWAY true');
  // The host repeats the last batch after a crash of its own; here all of them.
  for (const batch of batches) await lane.deliver(batch);
  expect(await query('SELECT count() AS n, sum(value) AS sum FROM readings')).toEqual([{ n: 60, sum: 90 }]);
  expect(await query(`${ROLLED_UP} readings_1h`)).toEqual([{ count: 60, sum: 90, min: 1, max: 2 }]);
  expect(
    await query('SELECT toUInt32(sum(count)) AS n, avgForEachMerge(mean) AS mean FROM reading_arrays_1m'),
  ).toEqual([{ n: 60, mean: [1.5, 1.5] }]);
});

test('rows that can never fit are refused, a table that is not there is waited for', async () => {
  options = { url: server.url, user: 'spillway', database: 'refusing' };
  await using recorder = await startRecorder(options);
  await using store = openStore(options);
  await store.client.command({ query: 'ALTER TABLE readings ADD CONSTRAINT small CHECK value < 100' });
  const lane = recorder.lane('BEAM');
  await expect(
    lane.deliver(batchOf('BEAM@1', 1, [readingsOf(1, [device('E:A', [1000])])])),
  ).rejects.toMatchObject({ code: 'STORE_REFUSED', retry: false });
  await store.client.command({ query: 'DROP TABLE ledger' });
  await expect(recorder.lane('LEDGER').deliver(batchOf('LEDGER@1', 1, [reached]))).rejects.toMatchObject({
    code: 'STORE_AWAY',
    retry: true,
  });
});
