import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { openStore, rowsOf, type Store } from '../../../runtime/store/connection.ts';
import { migrate } from '../../../runtime/store/migrate.ts';
import { clickHouse, type TestStore } from '../../helpers/store.ts';

let engine: TestStore;
let store: Store;
let message = 0;

beforeAll(async () => {
  engine = await clickHouse();
  const options = { url: engine.url, user: 'spillway', database: 'spillway' };
  await migrate(options, pino({ level: 'silent' }));
  store = openStore(options);
});
afterAll(async () => {
  await store[Symbol.asyncDispose]();
  await engine[Symbol.asyncDispose]();
});

type Scalars = Record<string, readonly [value: number, units: string]>;

/** Stores the readings of one trigger as the recorder does, and gives what was made of them. */
async function made({ scalars = {}, arrays = {} }: { scalars?: Scalars; arrays?: Record<string, number[]> }) {
  message += 1;
  const common = {
    ts: `2026-11-21 00:00:${String(message % 60).padStart(2, '0')}.${String(message).padStart(6, '0')}`,
    in_out: 'in',
    sequence: message,
  };
  const insert = (table: string, values: object[]) =>
    values.length > 0 ? store.client.insert({ table, values, format: 'JSONEachRow' }) : undefined;
  // The interface reads JSON, which has no NaN: text is taken for it.
  await insert(
    'readings',
    Object.entries(scalars).map(([device, [value, units]]) => ({
      ...common,
      device,
      value: String(value),
      units,
    })),
  );
  await insert(
    'reading_arrays',
    Object.entries(arrays).map(([device, values]) => ({ ...common, device, values: values.map(String) })),
  );
  const rows = await rowsOf<{ quantity: string; value: number }>(
    store,
    `SELECT quantity, value FROM quantities WHERE sequence = ${message}`,
    'quantities',
  );
  return Object.fromEntries(rows.map(({ quantity, value }) => [quantity, value]));
}

describe('protons on target', () => {
  it('are those of the toroid near the target', async () => {
    expect(await made({ scalars: { 'E:TRTGTD': [25.1, 'E12'], 'E:TR101D': [24, 'E12'] } })).toEqual({
      pot: 25.1,
    });
  });

  it('are those of the upstream toroid when the near one reads nothing, is missing or NaN', async () => {
    expect(await made({ scalars: { 'E:TRTGTD': [0.01, 'E12'], 'E:TR101D': [24, 'E12'] } })).toEqual({
      pot: 24,
    });
    expect(await made({ scalars: { 'E:TR101D': [23, 'E12'] } })).toEqual({ pot: 23 });
    expect(await made({ scalars: { 'E:TRTGTD': [Number.NaN, 'E12'], 'E:TR101D': [22, 'E12'] } })).toEqual({
      pot: 22,
    });
  });

  it('are those of the other chain when both digital toroids are missing', async () => {
    expect(await made({ scalars: { 'E:TOR101': [21, 'E12'] } })).toEqual({ pot: 21 });
  });

  it('are 0, not missing, when toroids read and see nothing', async () => {
    expect(await made({ scalars: { 'E:TRTGTD': [0.001, 'E12'], 'E:TR101D': [-0.3, 'E12'] } })).toEqual({
      pot: 0,
    });
    expect(await made({ scalars: { 'I:BEAM': [30, 'E12'] } })).toEqual({});
  });

  it('follow the unit that came with the value', async () => {
    expect((await made({ scalars: { 'E:TRTGTD': [2.5e13, 'protons'] } }))['pot']).toBeCloseTo(25, 9);
    expect((await made({ scalars: { 'E:TRTGTD': [2.5, 'E13'] } }))['pot']).toBeCloseTo(25, 9);
    expect((await made({ scalars: { 'E:TRTGTD': [25, '10^12'] } }))['pot']).toBeCloseTo(25, 9);
    expect(await made({ scalars: { 'E:TRTGTD': [25, 'mm'] } })).toEqual({});
  });
});

describe('the horn current', () => {
  it('is the calibrated sum of four strip lines, and is missing when one of them is', async () => {
    const lines: Scalars = {
      'E:NSLINA': [-46, 'kA'],
      'E:NSLINB': [-46.1, 'kA'],
      'E:NSLINC': [-46.2, 'kA'],
      'E:NSLIND': [-46.3, 'kA'],
    };
    const expected =
      (-46 - 0.01) / 0.9951 + (-46.1 + 0.14) / 0.9957 + (-46.2 + 0.05) / 0.9965 + (-46.3 + 0.07) / 0.9945;
    expect((await made({ scalars: lines }))['horn_current']).toBeCloseTo(expected, 9);
    const { 'E:NSLINC': _, ...three } = lines;
    expect(await made({ scalars: three })).toEqual({});
  });
});

/** A straight line through the target at `on` mm with `slope` mm per foot, seen at a station. */
const line = (on: number[], slope: number, feet: number) => [9, ...on.map(mm => mm + slope * feet)];

describe('the position on target', () => {
  const arrays = (intensity: number[]) => ({
    'E:HP121': line([1, 1, 1, 1, 1, 4], 0.02, -68.04458),
    'E:HPTGT': line([1, 1, 1, 1, 1, 4], 0.02, -31.25508),
    'E:HITGT': [99, ...intensity],
  });

  it('is where a straight line through both monitors meets the target, batch 0 left aside', async () => {
    expect((await made({ arrays: arrays([5, 5, 5, 5, 5, 0]) }))['target_x']).toBeCloseTo(1, 9);
  });

  it('weighs each batch by its intensity', async () => {
    expect((await made({ arrays: arrays([1, 1, 1, 1, 1, 5]) }))['target_x']).toBeCloseTo(2.5, 9);
  });

  it('is missing, not 0, without beam', async () => {
    expect(await made({ arrays: arrays([0, 0, 0, 0, 0, 0]) })).toEqual({});
  });

  it('takes the one value of a monitor that gives but one', async () => {
    const single = { 'E:HP121': [1 - 0.02 * 68.04458], 'E:HPTGT': [1 - 0.02 * 31.25508] };
    expect((await made({ arrays: single }))['target_x']).toBeCloseTo(1, 9);
  });
});

describe('the profile', () => {
  const wires = (centre: number, sigma: number, floor = 0.05): number[] =>
    Array.from({ length: 216 }, (_, channel) => {
      const wire = channel >= 151 ? channel - 151 : channel - 103;
      const pull = (0.5 * (wire - 23.5) - centre) / sigma;
      return channel < 103 || channel > 198 ? 0 : -(floor + 1.5 * Math.exp((-pull * pull) / 2));
    });

  it('has the centre and the sigma of its Gaussian, whatever it stands on', async () => {
    for (const [centre, sigma] of [
      [0.3, 1.1],
      [-1.2, 0.8],
      [2, 1.5],
    ] as const) {
      const quantities = await made({ arrays: { 'E:MTGTDS': wires(centre, sigma) } });
      expect(quantities['profile_x']).toBeCloseTo(centre, 1);
      expect(Math.abs((quantities['width_y'] ?? 0) / sigma - 1)).toBeLessThan(0.06);
    }
  });

  it('has no width where there is only noise', async () => {
    const noise = Array.from({ length: 216 }, (_, channel) => Math.sin(channel * 12.9898) * 0.004);
    expect(await made({ arrays: { 'E:MTGTDS': noise } })).toEqual({});
  });
});

test('a monitor is the mean of its pixels, and of nothing else in its array', async () => {
  const pixels = (channels: readonly number[]) =>
    Array.from({ length: 216 }, (_, channel) => (channels.includes(channel) ? 2 : 1_000));
  const upTo = (first: number, last: number) =>
    Array.from({ length: last - first + 1 }, (_, index) => first + index);
  const arrays = {
    'E:HADMDS': pixels([103, ...upTo(151, 198)]),
    'E:MMA3PD': pixels([...upTo(103, 135), ...upTo(151, 198)]).map((volt, channel) =>
      channel === 120 ? Number.NaN : volt,
    ),
  };
  expect(await made({ arrays })).toEqual({ hadron_signal: 2, muon_3_pedestal: 2 });
});

it('arrays of any length, NaN and infinities are stored and make no quantity', async () => {
  const odd = [[], [Number.NaN], [1, 2], Array.from({ length: 300 }, () => Number.POSITIVE_INFINITY)];
  for (const values of odd) {
    const arrays = Object.fromEntries(
      [
        'E:HP121',
        'E:HPTGT',
        'E:HITGT',
        'E:VP121',
        'E:VPTGT',
        'E:VITGT',
        'E:MTGTDS',
        'E:HADMDS',
        'E:MMA1PD',
      ].map(device => [device, values]),
    );
    expect(Object.values(await made({ arrays })).every(Number.isFinite)).toBe(true);
  }
});

it('plots at every interval agree on the sum of protons', async () => {
  const sums = await Promise.all(
    [1, 60, 3600].map(async interval =>
      rowsOf<{ n: number; total: number }>(
        store,
        `SELECT sum(count) AS n, round(sum(sum), 6) AS total FROM quantities_at(interval = ${interval}) WHERE quantity = 'pot'`,
        'sums',
      ),
    ),
  );
  expect(sums[0]?.[0]?.n).toBeGreaterThan(5);
  expect(new Set(sums.map(rows => JSON.stringify(rows))).size).toBe(1);
});

test('readings told twice under one token count once, through every view', async () => {
  const ts = '2026-11-22 00:00:00.000000';
  const arrays = ['E:MTGTDS', 'E:HADMDS'].map(device => ({
    ts,
    device,
    in_out: 'in',
    values: Array.from({ length: 216 }, (_, channel) => -Math.exp(-(((channel % 48) - 24) ** 2) / 8)),
  }));
  const scalars = [{ ts, device: 'E:TRTGTD', in_out: 'in', value: 25, units: 'E12' }];
  for (let time = 0; time < 2; time += 1)
    for (const [table, values] of [
      ['readings', scalars],
      ['reading_arrays', arrays],
    ] as const)
      await store.client.insert<unknown>({
        table,
        values,
        format: 'JSONEachRow',
        clickhouse_settings: {
          async_insert: 0,
          insert_deduplicate: 1,
          insert_deduplication_token: `BEAM@1:7-7:${table}`,
          deduplicate_blocks_in_dependent_materialized_views: 1,
          parallel_view_processing: 1,
        },
      });
  for (const interval of [1, 60, 3600]) {
    const rows = await rowsOf(
      store,
      `SELECT quantity, sum(count) AS n FROM quantities_at(interval = ${interval})
       WHERE ts >= toDateTime('2026-11-22 00:00:00', 'UTC') GROUP BY quantity ORDER BY quantity`,
      'counts',
    );
    expect(rows).toEqual(
      ['hadron_signal', 'pot', 'profile_x', 'profile_y', 'width_x', 'width_y'].map(quantity => ({
        quantity,
        n: 1,
      })),
    );
  }
  const days = await rowsOf<{ n: number }>(
    store,
    "SELECT sum(count) AS n FROM reading_arrays_1d WHERE ts = toDateTime('2026-11-22 00:00:00', 'UTC') GROUP BY device",
    'days',
  );
  expect(days).toEqual([{ n: 1 }, { n: 1 }]);
});
