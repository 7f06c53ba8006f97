import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contentDigest } from '../../protocol/content-digest.ts';

const float = (values: readonly number[]) => [{ name: 'E:HPTGT', kind: 'float', values } as const];

describe('the content digest', () => {
  test('is the documented sha-256, so that another program can make it', () => {
    const bytes = Buffer.concat([
      Buffer.from('E:TRTGTD\0F'),
      Buffer.from([1, 0, 0, 0]),
      Buffer.from(new Uint8Array(Float32Array.of(25.1).buffer)),
      Buffer.from('E:NBCCNT\0I'),
      Buffer.from([2, 0, 0, 0]),
      Buffer.from(new Uint8Array(Int32Array.of(-1, 7).buffer)),
    ]);
    expect(
      contentDigest([
        { name: 'E:TRTGTD', kind: 'float', values: [25.1] },
        { name: 'E:NBCCNT', kind: 'int', values: Int32Array.of(-1, 7) },
      ]),
    ).toBe(createHash('sha256').update(bytes).digest('hex'));
  });

  test('is the same for a value and for what a beam file keeps of it', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true })), values => {
        expect(contentDigest(float(values))).toBe(contentDigest(float(values.map(Math.fround))));
      }),
    );
  });

  test('is the same before and after JSON, which loses the sign of zero', () => {
    expect(contentDigest(float([-0, 1]))).toBe(contentDigest(float([0, 1])));
  });

  test('is one for every NaN, and another than for zero', () => {
    const other = new Float32Array(Uint32Array.of(0xffc0_0001).buffer)[0] ?? 0;
    expect(contentDigest(float([other]))).toBe(contentDigest(float([Number.NaN])));
    expect(contentDigest(float([Number.NaN]))).not.toBe(contentDigest(float([0])));
  });

  test('tells a value that moved to the neighbouring device', () => {
    const pair = (first: readonly number[], second: readonly number[]) =>
      contentDigest([
        { name: 'E:HP121', kind: 'float', values: first },
        { name: 'E:VP121', kind: 'float', values: second },
      ]);
    expect(pair([1, 2], [3])).not.toBe(pair([1], [2, 3]));
  });

  test('refuses an int that the raw block cannot carry, instead of wrapping it', () => {
    expect(() => contentDigest([{ name: 'E:NBCCNT', kind: 'int', values: [2 ** 31] }])).toThrow(
      expect.objectContaining({ code: 'BLOCK_UNENCODABLE' }),
    );
  });
});
