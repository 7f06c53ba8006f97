import { expect, test } from 'vitest';
import type { Network, Stage, StageResult } from '../../../bench/scaling/network.ts';
import { timeInSystem } from '../../../bench/scaling/queues.ts';
import { simulate } from '../../../bench/scaling/simulate.ts';

const RUN = { jobs: 60_000, warmUp: 6_000, seed: 1 };
/** At ten times what is possible: the rest only waits. */
const FLOOD = { jobs: 6_000, warmUp: 600, seed: 1 };

const stage = (over: Partial<Stage> = {}): Stage => ({
  name: 'one',
  service: { kind: 'exponential', ms: 10 },
  next: [],
  ...over,
});
const at = (perSecond: number, first: Stage, ...others: readonly Stage[]): Network => ({
  stages: [first, ...others],
  arrivals: { kind: 'exponential', perSecond },
});
const resultOf = (network: Network, run = RUN, name = 'one'): StageResult =>
  simulate(network, run).get(name) as StageResult;
/** By what share of the expected. */
const off = (value: number, expected: number): number => Math.abs(value / expected - 1);

test.each([20, 50, 80])('a queue of one server at %i/s takes as long as theory says (M/M/1)', perSecond => {
  const { meanMs, busy, perSecond: left } = resultOf(at(perSecond, stage()));
  expect(off(meanMs, timeInSystem.mm1(perSecond, 10))).toBeLessThan(0.08);
  expect(off(busy, perSecond / 100)).toBeLessThan(0.03);
  expect(off(left, perSecond)).toBeLessThan(0.03);
});

test.each([20, 50, 80])('and with service that always takes as long, too (M/D/1): %i/s', perSecond => {
  const network = at(perSecond, stage({ service: { kind: 'fixed', ms: 10 } }));
  expect(off(resultOf(network).meanMs, timeInSystem.md1(perSecond, 10))).toBeLessThan(0.05);
});

test.each([2, 3])('%i workers at one queue take as long as theory says (M/M/c)', servers => {
  const { meanMs } = resultOf(at(servers * 80, stage({ servers })));
  expect(off(meanMs, timeInSystem.mmc(servers * 80, 10, servers))).toBeLessThan(0.06);
});

test('above saturation a stage gives what it can, and no more', () => {
  expect(off(resultOf(at(1_000, stage({ servers: 3 })), FLOOD).perSecond, 300)).toBeLessThan(0.02);
});

test('the median of M/M/1 is ln 2 of its mean, and the 99th percentile ln 100', () => {
  const { meanMs, p50Ms, p99Ms } = resultOf(at(50, stage()));
  expect(off(p50Ms, meanMs * Math.log(2))).toBeLessThan(0.05);
  expect(off(p99Ms, meanMs * Math.log(100))).toBeLessThan(0.07);
});

test('of three copies a job waits for the second: the mean of that order statistic', () => {
  // Without a queue: 1/3 + 1/2 of the mean for the second of three exponentials.
  const slow = at(1, stage({ copies: { of: 3, quorum: 2 } }));
  expect(off(resultOf(slow).meanMs, 10 * (1 / 3 + 1 / 2))).toBeLessThan(0.03);
});

test('a batch takes what has gathered, so that one sync serves many', () => {
  const service = { kind: 'fixed', ms: 10 } as const;
  const { perSecond } = resultOf(at(2_000, stage({ service, batch: { most: 64, eachMs: 0.1 } })));
  expect(off(perSecond, 2_000)).toBeLessThan(0.02);
  expect(off(resultOf(at(2_000, stage({ service })), FLOOD).perSecond, 100)).toBeLessThan(0.02);
});

test('stages that share cores get no more out of them than there is', () => {
  const service = { kind: 'fixed', ms: 10 } as const;
  const network: Network = {
    ...at(
      1_000,
      stage({ service, pools: ['cores'], next: ['two'] }),
      stage({ service, pools: ['cores'], name: 'two' }),
    ),
    pools: { cores: 1 },
  };
  // Both have a server of their own and 20 ms of one core a job.
  expect(off(resultOf(network, FLOOD, 'two').perSecond, 50)).toBeLessThan(0.03);
});

test('every job reaches each end of a way that forks', () => {
  const network = at(
    50,
    stage({ next: ['file', 'store'] }),
    stage({ name: 'file' }),
    stage({ name: 'store' }),
  );
  const all = simulate(network, RUN);
  expect(off(all.get('file')?.perSecond ?? 0, 50)).toBeLessThan(0.03);
  expect(off(all.get('store')?.perSecond ?? 0, 50)).toBeLessThan(0.03);
});

test('a seed gives one result, another seed another', () => {
  const network = at(50, stage());
  const meanOf = (seed: number) => simulate(network, { jobs: 2_000, warmUp: 100, seed }).get('one')?.meanMs;
  expect(meanOf(3)).toBe(meanOf(3));
  expect(meanOf(3)).not.toBe(meanOf(4));
});

test('a way to nowhere is refused by name', () => {
  expect(() => simulate(at(50, stage({ next: ['nowhere'] })), RUN)).toThrow(/nowhere/);
});
