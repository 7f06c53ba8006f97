import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { BucketsDraft, bucketsOf, emptyBuckets, entriesOf } from '../../../actors/alarm-engine/buckets.ts';

const key = fc.oneof(fc.string(), fc.constantFrom('a', 'b', 'constructor', 'toString', '7'));
const change = fc.record({ key, value: fc.option(fc.integer(), { nil: undefined }) });

test('buckets hold what a map holds, and a draft leaves what it began from as it was', () => {
  fc.assert(
    fc.property(fc.array(fc.array(change)), rounds => {
      const map = new Map<string, number>();
      let buckets = emptyBuckets<number>();
      for (const round of rounds) {
        const before = JSON.stringify(buckets);
        const draft = new BucketsDraft(buckets);
        for (const { key, value } of round) {
          if (key === '__proto__') continue;
          if (value === undefined) draft.delete(key);
          else draft.set(key, value);
          if (value === undefined) map.delete(key);
          else map.set(key, value);
          expect(draft.get(key)).toBe(value);
        }
        expect(JSON.stringify(buckets)).toBe(before);
        buckets = draft.finish();
        expect(new Map(entriesOf(buckets))).toEqual(map);
        expect(bucketsOf(z.number()).parse(JSON.parse(JSON.stringify(buckets)))).toEqual(buckets);
      }
    }),
    { numRuns: 30 },
  );
});
