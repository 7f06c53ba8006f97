import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { StreamId } from '../../../runtime/actor.ts';
import { formatCause, isNew, parseCause, positionsAt } from '../../../runtime/host/envelope.ts';

const id = fc
  .tuple(fc.constantFrom('BEAM', 'HEALTH', 'TIMER', 'COMMAND'), fc.nat())
  .map(([name, born]) => `${name}@${born}` as StreamId);
const cause = fc
  .record({
    stream: id,
    sequence: fc.nat(),
    index: fc.nat(),
    others: fc.dictionary(id, fc.nat(), { minKeys: 1, maxKeys: 4 }),
  })
  .map(value => ({ ...value, others: { ...value.others } }));

test('a cause survives its header, with how far its maker was in every stream', () => {
  fc.assert(
    fc.property(cause, value => {
      expect(parseCause(formatCause(value))).toEqual(value);
    }),
  );
});

test('a cause of an earlier version is read, and a header that is none is not taken for one', () => {
  expect(parseCause('BEAM@1116600000000:12/0')).toEqual({
    stream: 'BEAM@1116600000000',
    sequence: 12,
    index: 0,
  });
  for (const text of [
    undefined,
    '',
    'BEAM:12/0',
    'BEAM@1:12/0 HEALTH@1',
    'BEAM@1:12/0  HEALTH@1:2',
    'BEAM@1:12/0 ',
  ])
    expect(parseCause(text)).toBeUndefined();
});

test('an output is new when its input had not been taken, whatever the other streams were at', () => {
  const last = { stream: 'BEAM@1', sequence: 7, index: 1, others: { 'HEALTH@1': 40 } } as const;
  expect(positionsAt(last)).toEqual({ 'BEAM@1': 7, 'HEALTH@1': 40 });
  expect(isNew({ stream: 'BEAM@1', sequence: 7, index: 1 }, last)).toBe(false);
  expect(isNew({ stream: 'BEAM@1', sequence: 7, index: 2 }, last)).toBe(true);
  expect(isNew({ stream: 'BEAM@1', sequence: 6, index: 9 }, last)).toBe(false);
  expect(isNew({ stream: 'BEAM@1', sequence: 8, index: 0 }, last)).toBe(true);
  expect(isNew({ stream: 'HEALTH@1', sequence: 40, index: 5 }, last)).toBe(false);
  expect(isNew({ stream: 'HEALTH@1', sequence: 41, index: 0 }, last)).toBe(true);
  // A stream made anew, or read for the first time.
  expect(isNew({ stream: 'HEALTH@2', sequence: 1, index: 0 }, last)).toBe(true);
  expect(isNew({ stream: 'TIMER@1', sequence: 1, index: 0 }, last)).toBe(true);
  expect(isNew({ stream: 'BEAM@1', sequence: 1, index: 0 }, undefined)).toBe(true);
});
