import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SpillPackerConfig } from '../../../actors/spill-packer/config.ts';
import { initialPackerState, PackerState, pack } from '../../../actors/spill-packer/pack.ts';
import type { Readings } from '../../../protocol/messages/readings.ts';
import type { SpillRecord } from '../../../protocol/messages/spill-record.ts';
import { decodeRecord } from '../../../protocol/raw-block/raw-block.ts';
import type { Delivered } from '../../../runtime/actor.ts';
import { readingsOf } from '../../helpers/streams.ts';

const config = SpillPackerConfig.parse({});

const delivered = (body: Readings, identity = JSON.stringify(body)): Delivered<Readings> => ({
  type: 'readings/1',
  body,
  identity,
  stream: 'BEAM@1',
  sequence: 1,
  storedAt: 0,
  subject: '',
  hops: [['received', 1_700_000_123_456.789]],
});

/** Packs callbacks one after the other; what came out, with the state at the end. */
function packAll(bodies: readonly Readings[], start: PackerState = initialPackerState, settings = config) {
  let state = start;
  const records: SpillRecord[] = [];
  const reasons: string[] = [];
  for (const body of bodies) {
    const step = pack(settings, state, delivered(body));
    state = step.state;
    records.push(...step.outputs.map(output => output.body as SpillRecord));
    reasons.push(step.reason);
  }
  return { state, records, reasons };
}

const out = (n: number) => readingsOf(n, { inOut: 'out', trigger: 'AD' });

test('each in-spill callback takes the next count, and out-of-spill records reuse the latest', () => {
  const { records } = packAll([out(0), readingsOf(1), out(1), readingsOf(2), readingsOf(3), out(3)]);
  expect(records.map(({ spillCount, inOut }) => `${inOut} ${spillCount}`)).toEqual([
    'out 0',
    'in 1',
    'out 1',
    'in 2',
    'in 3',
    'out 3',
  ]);
});

test('the record says what the callback said, device by device', () => {
  const { records } = packAll([readingsOf(7)]);
  expect(decodeRecord(records[0]?.bytes ?? new Uint8Array())).toMatchObject({
    simulated: false,
    detector: 'near',
    minor: 2,
    spillCount: 1,
    time: { seconds: 1_700_000_007, nanoseconds: 0 },
    devices: [{ name: 'E:TRTGTD', seconds: 1_700_000_007, milliseconds: 10, values: Float32Array.of(7) }],
  });
});

test('a late callback is packed with the next count and said to be late', () => {
  const { records, reasons } = packAll([readingsOf(5), readingsOf(3), readingsOf(6)]);
  expect(records.map(({ spillCount }) => spillCount)).toEqual([1, 2, 3]);
  expect(reasons[1]).toContain('late');
  expect(reasons[2]).not.toContain('late');
});

test('a device the block cannot carry is left out and named, and costs the others nothing', () => {
  const [good] = readingsOf(1).devices;
  if (!good) throw new Error('no device');
  const { records, reasons } = packAll([
    readingsOf(1, {
      devices: [
        { ...good, name: 'E:TOOLONGNAME' },
        { ...good, name: 'E:NBCCNT', kind: 'int', values: [2 ** 31] },
        { ...good, values: [0], nonFinite: [[0, 'NaN']] },
      ],
    }),
  ]);
  const { devices } = decodeRecord(records[0]?.bytes ?? new Uint8Array());
  expect(devices.map(({ name, values }) => [name, ...values])).toEqual([['E:TRTGTD', Number.NaN]]);
  expect(reasons[0]).toMatch(
    /without E:TOOLONGNAME.*without E:NBCCNT: a value is not a whole number of 32 bits/,
  );
});

test('the spill count is one 32-bit word and starts over at 0', () => {
  const { records } = packAll([readingsOf(1)], { ...initialPackerState, spillCount: 0xffff_ffff });
  expect(records[0]?.spillCount).toBe(0);
});

describe('block time', () => {
  const timeBy = (blockTime: unknown, body = readingsOf(9)) =>
    packAll([body], initialPackerState, SpillPackerConfig.parse({ blockTime }));

  test('is what the named rule says', () => {
    expect(timeBy('trigger').records[0]?.time).toEqual({ seconds: 1_700_000_009, nanoseconds: 0 });
    expect(timeBy('arrival').records[0]?.time.seconds).toBe(1_700_000_123);
    expect(timeBy('earliest-device').records[0]?.time).toEqual({
      seconds: 1_700_000_009,
      nanoseconds: 10_000_000,
    });
    expect(timeBy({ device: 'E:TRTGTD' }).records[0]?.time.nanoseconds).toBe(10_000_000);
  });

  test('falls back to the trigger, and says so, when the timing device is missing', () => {
    const { records, reasons } = timeBy({ device: 'E:TOR101' });
    expect(records[0]?.time).toEqual({ seconds: 1_700_000_009, nanoseconds: 0 });
    expect(reasons[0]).toContain('there is no device E:TOR101 time');
  });
});

test('however callbacks repeat and states are saved and read back, every distinct callback is one record', () => {
  const callback = fc.record({ n: fc.nat({ max: 40 }), inSpill: fc.boolean() });
  fc.assert(
    fc.property(fc.array(callback, { maxLength: 60 }), fc.nat({ max: 60 }), (callbacks, cut) => {
      const bodies = callbacks.map(({ n, inSpill }) => (inSpill ? readingsOf(n) : out(n)));
      const whole = packAll(bodies);
      const before = packAll(bodies.slice(0, cut));
      const saved = PackerState.parse(JSON.parse(JSON.stringify(before.state)));
      const after = packAll(bodies.slice(cut), saved);
      expect([...before.records, ...after.records]).toEqual(whole.records);
      expect(whole.records).toHaveLength(new Set(bodies.map(body => JSON.stringify(body))).size);
      const counts = whole.records.filter(({ inOut }) => inOut === 'in').map(({ spillCount }) => spillCount);
      expect(counts).toEqual(counts.map((_, index) => index + 1));
    }),
  );
});
