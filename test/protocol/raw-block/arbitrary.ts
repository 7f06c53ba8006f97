import * as fc from 'fast-check';
import type { BeamRecord, Device } from '../../../protocol/raw-block/raw-block.ts';

const uint32 = fc.integer({ min: 0, max: 0xffff_ffff });

const name = fc.stringMatching(/^[A-Z]:[A-Z0-9_]{1,6}$/);

const values = fc.oneof(
  fc.record({ kind: fc.constant('float' as const), values: fc.array(fc.float(), { maxLength: 20 }) }),
  fc.record({ kind: fc.constant('int' as const), values: fc.array(fc.integer(), { maxLength: 20 }) }),
);

const device: fc.Arbitrary<Device> = fc
  .tuple(name, values, uint32, fc.integer({ min: 0, max: 999 }))
  .map(([name, values, seconds, milliseconds]) => ({ name, seconds, milliseconds, ...values }));

/** Any record that can be encoded. Float values are of single precision, so that they come back equal. */
export const anyRecord: fc.Arbitrary<BeamRecord> = fc.record({
  simulated: fc.boolean(),
  detector: fc.constantFrom('near' as const, 'far' as const, 'caldet' as const),
  time: fc.record({ seconds: uint32, nanoseconds: fc.integer({ min: 0, max: 999_999_999 }) }),
  spillCount: uint32,
  inOut: fc.constantFrom('in' as const, 'out' as const),
  devices: fc.array(device, { maxLength: 6 }),
});

export const anyMinor = fc.constantFrom(1 as const, 2 as const);

/** A byte stream cut into chunks at these places. */
export async function* chunked(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  let start = 0;
  for (const size of sizes) {
    if (start >= bytes.length) return;
    yield bytes.subarray(start, start + size);
    start += size;
  }
  if (start < bytes.length) yield bytes.subarray(start);
}
