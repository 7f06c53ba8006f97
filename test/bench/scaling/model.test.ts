import { readFile } from 'node:fs/promises';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { chainNetwork } from '../../../bench/scaling/chain-network.ts';
import { COSTS, NUMBERS } from '../../../bench/scaling/costs.ts';
import { costTable } from '../../../bench/scaling/document.ts';
import { capacity, demandOf, type PartName, writtenBytes } from '../../../bench/scaling/model.ts';
import { keptSeconds } from '../../../bench/scaling/retention.ts';
import { type Growing, grown, saturation } from '../../../bench/scaling/saturation.ts';
import { simulate } from '../../../bench/scaling/simulate.ts';
import {
  BEAM,
  LANES,
  type Layout,
  layoutOf,
  MEASURED_NODE,
  SITE,
  type Workload,
} from '../../../bench/scaling/workload.ts';

const workloads: fc.Arbitrary<Workload> = fc.record({
  sites: fc.integer({ min: 1, max: 2_000 }),
  spillsPerSecond: fc.double({ min: 0.01, max: 500, noNaN: true }),
  callbacksPerSpill: fc.integer({ min: 1, max: 4 }),
  valuesPerSpill: fc.integer({ min: 1, max: 100_000 }),
  eventsPerSecond: fc.double({ min: 0, max: 100, noNaN: true }),
  bytesPerEvent: fc.integer({ min: 1_000, max: 64_000_000 }),
  viewers: fc.integer({ min: 0, max: 10_000 }),
});
const layouts: fc.Arbitrary<Layout> = fc.record({
  replicas: fc.constantFrom(1, 3),
  lanes: fc.constantFrom({}, { stream: 4, listener: 2 }),
  shards: fc.integer({ min: 1, max: 10 }),
});
const nodeCounts = fc.integer({ min: 2, max: 1_000 });
const growing = fc.constantFrom<Growing>('sites', 'spillsPerSecond', 'valuesPerSpill', 'viewers');
const close = (a: number, b: number) => Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b));

test('more of anything never lowers what is saturated, and more nodes never raise it', () => {
  fc.assert(
    fc.property(nodeCounts, workloads, layouts, growing, (nodes, workload, layout, what) => {
      const now = capacity(nodes, workload, layout, MEASURED_NODE).utilisation;
      const more = { ...workload, [what]: 2 * workload[what] + 1 };
      const loaded = capacity(nodes, more, layout, MEASURED_NODE).utilisation;
      const wider = capacity(nodes + 1, workload, layout, MEASURED_NODE).utilisation;
      const parts = Object.keys(now) as PartName[];
      for (const part of parts) expect(loaded[part]).toBeGreaterThanOrEqual(now[part] * (1 - 1e-12));
      // A further node brings memory, and a nats-server that takes some of it.
      for (const part of parts.filter(one => one !== 'memory'))
        expect(wider[part]).toBeLessThanOrEqual(now[part] * (1 + 1e-12));
    }),
  );
});

test('twice the spills, values and events are twice the work of every lane but the page, whose viewers stay', () => {
  fc.assert(
    fc.property(workloads, workload => {
      const twice = {
        ...workload,
        spillsPerSecond: 2 * workload.spillsPerSecond,
        eventsPerSecond: 2 * workload.eventsPerSecond,
      };
      const [one, two] = [demandOf(workload), demandOf(twice)];
      for (const lane of LANES.filter(one => one !== 'page'))
        expect(close(two.lanes[lane], 2 * one.lanes[lane])).toBe(true);
      expect(close(two.storeSeconds, 2 * one.storeSeconds)).toBe(true);
      expect(close(two.streamBytes, 2 * one.streamBytes)).toBe(true);
    }),
  );
});

test('bytes written depend on the work and the copies, wherever they lie: none is lost or made by dividing', () => {
  fc.assert(
    fc.property(nodeCounts, workloads, layouts, layouts, (nodes, workload, layout, other) => {
      const written = writtenBytes(workload, layout);
      const { disk } = capacity(nodes, workload, layout, MEASURED_NODE).utilisation;
      expect(close(disk * nodes * MEASURED_NODE.diskBytesPerSecond, written)).toBe(true);
      expect(writtenBytes(workload, { ...other, replicas: layout.replicas })).toBe(written);
      expect(close(writtenBytes({ ...workload, sites: 2 * workload.sites }, layout), 2 * written)).toBe(true);
    }),
  );
});

test('at saturation the part that is named is full, and no other is over full', () => {
  fc.assert(
    fc.property(nodeCounts, growing, fc.constantFrom(1, 3), (nodes, what, replicas) => {
      const layout = { replicas, lanes: {}, shards: 1 };
      const { at, first } = saturation(what, nodes, SITE, layout, MEASURED_NODE);
      const full = capacity(nodes, { ...SITE, [what]: at }, layout, MEASURED_NODE);
      expect(full.utilisation[first]).toBeCloseTo(1, 6);
      expect(Math.max(...Object.values(full.utilisation))).toBeLessThanOrEqual(1 + 1e-6);
    }),
  );
});

test('dividing what is saturated carries at least as much, until it is the machines', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 }), growing, (nodes, what) => {
      const start = layoutOf(nodes);
      const whole = saturation(what, nodes, BEAM, start, MEASURED_NODE);
      const divided = grown(what, nodes, BEAM, start, MEASURED_NODE);
      expect(divided.at).toBeGreaterThanOrEqual(whole.at * (1 - 1e-9));
      expect([...LANES, 'nobody']).not.toContain(divided.first);
    }),
    { numRuns: 30 },
  );
});

test('the simulation carries what the model says, and no more', () => {
  for (const nodes of [1, 3, 10]) {
    const { at, layout } = grown('spillsPerSecond', nodes, BEAM, layoutOf(nodes), MEASURED_NODE);
    const offered = { ...BEAM, spillsPerSecond: 2 * at };
    const network = chainNetwork(offered, { nodes, node: MEASURED_NODE, layout });
    const results = simulate(network, { jobs: 4_000, warmUp: 1_000, seed: nodes });
    const slowest = Math.min(...[...results.values()].map(({ perSecond }) => perSecond));
    expect(slowest / BEAM.callbacksPerSpill / at).toBeGreaterThan(0.8);
    expect(slowest / BEAM.callbacksPerSpill / at).toBeLessThan(1.2);
  }
});

test('a stream keeps days of a beam line, and less the faster it goes', () => {
  expect(keptSeconds('BEAM', BEAM)).toBeGreaterThan(5 * 86_400);
  const fast = keptSeconds('BEAM', { ...BEAM, spillsPerSecond: 50 });
  expect(close(100 * fast, (2 ** 33 * 1_721) / (NUMBERS.beamBytes * 2_593 * 0.5))).toBe(true);
});

test('docs/scaling.md has the costs that the model has', async () => {
  expect(await readFile('docs/scaling.md', 'utf8')).toContain(costTable());
});

test('every number says where it comes from', () => {
  for (const { value, unit, source } of Object.values(COSTS)) {
    expect(value).toBeGreaterThan(0);
    expect(unit).not.toBe('');
    expect(source).toMatch(/\.md|\.ts|npm run|issues/);
  }
});
