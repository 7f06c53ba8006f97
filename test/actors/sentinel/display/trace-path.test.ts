import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { tracePath } from '../../../../actors/sentinel/display/trace-path.ts';

test('however few pixels there are, the deepest and the highest sample are drawn', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(4095), { minLength: 1, maxLength: 4_000 }),
      fc.integer({ min: 5, max: 800 }),
      (counts, width) => {
        const path = tracePath(Uint16Array.from(counts), { left: 0, width, down: value => value });
        const drawn = [...path.matchAll(/[ML][\d.]+ (\d+)/g)].map(([, y]) => Number(y));
        const least = (a: number, b: number) => Math.min(a, b);
        const most = (a: number, b: number) => Math.max(a, b);
        expect([drawn.reduce(least), drawn.reduce(most)]).toEqual([
          counts.reduce(least),
          counts.reduce(most),
        ]);
        expect(drawn.length).toBeLessThanOrEqual(Math.max(counts.length, 8 * width + 8));
      },
    ),
  );
});
