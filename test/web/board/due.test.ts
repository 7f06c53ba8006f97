import { expect, test } from 'vitest';
import { isDue } from '../../../web/board/due.ts';

const asked = { visible: true, askedAt: 0, outdated: false, failed: false };
const EVERY = 4000;
/** The first second at which it is due; undefined: not within a minute. */
const dueAfter = (over: Partial<typeof asked>, live = true) =>
  Array.from({ length: 60 }, (_, second) => second).find(second =>
    isDue({ ...asked, ...over }, second * 1000, live, EVERY),
  );

test('a panel that shows a live range is asked for again after a spill, no oftener than it can show a difference', () => {
  expect(dueAfter({ outdated: true })).toBe(4);
  expect(dueAfter({})).toBe(15);
});

test('what cannot be seen, and a time that is over, are not asked for again', () => {
  expect(dueAfter({ visible: false, outdated: true })).toBeUndefined();
  expect(dueAfter({}, false)).toBeUndefined();
});

test('what has failed is tried again, of a time that is over too', () => {
  expect(dueAfter({ failed: true }, false)).toBe(10);
  expect(dueAfter({ failed: true, outdated: true })).toBe(4);
});

test('what has not been asked for is due at once', () => {
  expect(isDue({ ...asked, askedAt: undefined }, 0, false, EVERY)).toBe(true);
});
