import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { inSteps } from '../../../actors/recorder/steps.ts';

/** What the store makes of them: `arrayMap(step -> step / scale, steps)`. */
const back = ({ steps, scale }: NonNullable<ReturnType<typeof inSteps>>): number[] =>
  Array.from(steps, step => step / scale);

test('decimals of up to nine digits come back bit for bit, in the coarsest steps', () => {
  expect(inSteps([25.5, -0.25, 3])).toEqual({ scale: 100, steps: Int32Array.of(2550, -25, 300) });
  const decimals = fc.integer({ min: 0, max: 4 }).chain(digits =>
    fc.array(
      fc.integer({ min: -199_999, max: 199_999 }).map(whole => Number(`${whole}e-${digits}`)),
      { minLength: 1, maxLength: 50 },
    ),
  );
  fc.assert(
    fc.property(decimals, values => {
      // JSON, by which readings travel, has no -0.
      const given = values.map(value => value + 0);
      const found = inSteps(given);
      expect(found && back(found)).toEqual(given);
    }),
  );
});

test('whatever the numbers, they are given back as they were or not taken', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.double(), fc.float(), fc.integer())), values => {
      const found = inSteps(values);
      expect(found ? back(found) : values).toEqual(values);
    }),
  );
});

test.each([
  [[0.1, Number.NaN]],
  [[Number.POSITIVE_INFINITY]],
  [[1, -0]],
  [[1 / 3]],
  [[2 ** 31]],
  [[200_000, 0.00001]],
])('%j is not in steps', values => {
  expect(inSteps(values)).toBeUndefined();
});

test('no values are in steps of one', () => {
  expect(inSteps([])).toEqual({ scale: 1, steps: Int32Array.of() });
});
