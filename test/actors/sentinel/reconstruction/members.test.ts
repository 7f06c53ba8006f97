import { expect, test } from 'vitest';
import { groupMembers } from '../../../../actors/sentinel/reconstruction/members.ts';

test('points are grouped by cluster in their own order, those without one left out, also one with no point', () => {
  const members = new Int32Array(9);
  const begins = new Int32Array(9).fill(77);
  groupMembers(Int32Array.of(1, -1, 0, 3, 1, -1, 0, 5), 7, 4, members, begins);
  expect([...begins.subarray(0, 5)]).toEqual([0, 2, 4, 4, 5]);
  expect([...members.subarray(0, 5)]).toEqual([2, 6, 0, 4, 3]);
});
