import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import type { KeyedRandom } from '../../../fixtures/simulator/random.ts';
import { Different } from '../target.ts';

/** @throws Different, with both, unless they are equal to the last bit; NaN is equal to itself. */
export function mustEqual(what: string, first: unknown, second: unknown): void {
  if (!isDeepStrictEqual(first, second))
    throw new Different(`${what}: ${shown(first)} came back as ${shown(second)}`);
}

export function mustEqualBytes(what: string, first: Uint8Array, second: Uint8Array): void {
  if (Buffer.compare(first, second) !== 0)
    throw new Different(`${what}: ${hex(first)} came back as ${hex(second)}`);
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes.subarray(0, 200)).toString('hex');

const shown = (value: unknown): string =>
  (
    JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'bigint' ? `${inner}n` : inner)) ??
    'undefined'
  ).slice(0, 400);

/** What an arbitrary of fast-check makes of a random source. */
export const drawn = <T>(arbitrary: fc.Arbitrary<T>, random: KeyedRandom): T => {
  const [value] = fc.sample(arbitrary, { numRuns: 1, seed: Math.floor(random.uniform() * 0x7fff_ffff) });
  return value as T;
};
