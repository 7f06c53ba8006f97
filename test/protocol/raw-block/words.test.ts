import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeRecord } from '../../../protocol/raw-block/raw-block.ts';
import { takeWords } from '../../../protocol/raw-block/words.ts';
import { anyMinor, anyRecord } from './arbitrary.ts';

test('a record stays as it was written, whatever is written after it', () => {
  fc.assert(
    fc.property(fc.array(anyRecord, { minLength: 2, maxLength: 20 }), anyMinor, (records, minor) => {
      const written = records.map(record => encodeRecord(record, { minor }));
      const copies = written.map(bytes => Uint8Array.from(bytes));
      for (const record of records) encodeRecord(record, { minor });
      expect(written.map(bytes => Uint8Array.from(bytes))).toEqual(copies);
    }),
  );
});

test('nothing that was in memory before is left in a record', () => {
  fc.assert(
    fc.property(anyRecord, anyMinor, (record, minor) => {
      const written = [0x00, 0xff].map(rubbish => {
        // Fills what the next record will be written to.
        const { into, start } = takeWords(1);
        into.bytes.fill(rubbish, start * 4);
        return Uint8Array.from(encodeRecord(record, { minor }));
      });
      expect(written[0]).toEqual(written[1]);
    }),
  );
});

test('no two records are given the same words, large ones included', () => {
  const taken = [4000, 4000, 5000, 4000, 4000, 4000, 1].map(count => ({ count, ...takeWords(count) }));
  for (const [index, { into, start, count }] of taken.entries()) into.ints.fill(index, start, start + count);
  for (const [index, { into, start, count }] of taken.entries()) {
    expect(into.ints.subarray(start, start + count).every(word => word === index)).toBe(true);
    expect(start + count).toBeLessThanOrEqual(into.ints.length);
  }
});
