import { expect, test } from 'vitest';
import {
  type Check,
  checkChain,
  checkStreams,
  checkWorkers,
  disagrees,
  errorOf,
} from '../../../bench/scaling/check.ts';
import { NUMBERS } from '../../../bench/scaling/costs.ts';
import type { ChainMeasured } from '../../../bench/scaling/measure/chain.ts';
import type { StreamsMeasured } from '../../../bench/scaling/measure/streams.ts';
import { PANELS } from '../../../bench/scaling/panels.ts';
import { picture } from '../../../bench/scaling/picture.ts';
import { checkTable } from '../../../bench/scaling/tables.ts';

const run = (servers: number, experiments: number, perSecond: number): StreamsMeasured => ({
  servers,
  experiments,
  perSecond,
  messageBytes: 19_000,
  serverMs: 0.2 * (1 + (servers - 1) * NUMBERS.replicaWork),
  publisherMs: 0.1,
  writtenBytes: 23_000 * servers * (servers === 1 ? 1 : NUMBERS.replicaBytes),
});

test('runs that go as the model says agree with it, and with the simulation', () => {
  const checks = checkStreams([run(1, 1, 1_000), run(1, 2, 2_000), run(1, 3, 3_000), run(3, 1, 2_000 / 0.5)]);
  expect(checks.map(({ what }) => what)).toEqual([
    '2 experiments on one server',
    '3 experiments on one server',
    '3 servers, 3 copies',
    '3 servers, 3 copies, written',
    "3 servers, 3 copies, servers' work",
  ]);
  for (const check of checks) {
    expect(Math.abs(errorOf(check))).toBeLessThan(1e-9);
    expect(Math.abs((check.simulated ?? check.model) / check.model - 1)).toBeLessThan(0.1);
  }
});

test('what is wrong by more than a quarter is called so, either way', () => {
  const check: Check = { what: 'it', unit: 'events/s', from: 'costs', model: 100, measured: 81 };
  expect([81, 79, 130, 140].map(measured => disagrees({ ...check, measured }))).toEqual([
    false,
    true,
    false,
    true,
  ]);
  expect(checkTable([check, { ...check, measured: 50 }])).toMatch(/\+23 %\n.*\+100 % {2}DISAGREES/);
});

test('every instance at a work lane is expected to add what the first one did', () => {
  const ran = (instances: number, perSecond: number) => ({
    instances,
    perSecond,
    events: 100,
    workerMs: 1,
    serverMs: 1,
  });
  const [one, two, three] = checkWorkers([ran(1, 18), ran(2, 36), ran(3, 30)]);
  expect([one?.model, two?.model, three?.model]).toEqual([20, 36, 54]);
  expect([one, two, three].map(check => check && disagrees(check))).toEqual([false, false, true]);
});

test('the front end on the same cores is part of what one node is expected to do', () => {
  const measured: ChainMeasured = {
    callbacks: 1,
    perSecond: 70,
    frontMs: 0,
    idleMs: {},
    used: {},
    streams: {},
    assets: 0,
    cores: 2,
  };
  const [without, work] = checkChain(measured);
  const [withFront] = checkChain({ ...measured, frontMs: 5 });
  expect(withFront?.model).toBeLessThan(0.9 * (without?.model ?? 0));
  for (const { model, simulated } of [without, withFront].filter(check => check !== undefined))
    expect(Math.abs((simulated ?? 0) / model - 1)).toBeLessThan(0.2);
  const parts = Object.entries(NUMBERS).filter(([name]) =>
    /^(?!stream|nats.*MB|intake|sentinel|viewer|idle|servers).*Ms$/.test(name),
  );
  expect(parts).toHaveLength(10);
  expect(work?.model).toBeCloseTo(
    parts.reduce((sum, [, ms]) => sum + ms, 0),
    6,
  );
});

test('the picture has a curve and a line of the legend for every part, and only numbers in it', () => {
  const svg = picture(PANELS);
  const parts = PANELS.flatMap(panel => panel.parts);
  expect(svg.match(/<path d="M/g)).toHaveLength(parts.length);
  for (const part of parts) expect(svg).toContain(`>${part} `);
  expect(svg).not.toMatch(/NaN|Infinity|undefined/);
});
