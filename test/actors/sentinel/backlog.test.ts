import { expect, test } from 'vitest';
import { Backlog } from '../../../actors/sentinel/backlog.ts';

test('too many waiting is told once, and once when they are half as many', () => {
  const backlog = new Backlog(100);
  const told = [0, 100, 101, 500, 90, 51, 50, 60, 100, 101].map(waiting => backlog.saw(waiting));
  expect(told).toEqual([
    undefined,
    undefined,
    'over',
    undefined,
    undefined,
    undefined,
    'under',
    undefined,
    undefined,
    'over',
  ]);
  expect(backlog.waiting).toBe(101);
});
