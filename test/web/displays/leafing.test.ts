import { expect, test } from 'vitest';
import { type Leafing, leaf, lookedAt, NEWEST } from '../../../web/displays/leafing.ts';
import { captionOf } from '../helpers/captions.ts';

/** Newest first. */
const list = (...serials: number[]) => serials.map(serial => captionOf(serial));
const seen = (leafing: Leafing, of: ReturnType<typeof list>) => lookedAt(leafing, of)?.caption.serial;

test('whoever looks at the newest sees the next one as it comes; whoever went back is left alone', () => {
  expect(seen(NEWEST, list(3, 2, 1))).toBe(3);
  const back = leaf(NEWEST, list(3, 2, 1), 1);
  expect(seen(back, list(3, 2, 1))).toBe(2);
  expect(seen(back, list(4, 3, 2, 1))).toBe(2);
  expect(lookedAt(back, list(4, 3, 2, 1))?.place).toBe(2);
});

test('forward to the newest follows it again', () => {
  const back = leaf(NEWEST, list(3, 2, 1), 1);
  expect(leaf(back, list(3, 2, 1), -1)).toEqual(NEWEST);
  expect(leaf(back, list(3, 2, 1), -Infinity)).toEqual(NEWEST);
});

test('nobody leafs beyond the ends', () => {
  expect(seen(leaf(NEWEST, list(3, 2, 1), Infinity), list(3, 2, 1))).toBe(1);
  expect(seen(leaf(leaf(NEWEST, list(2, 1), 1), list(2, 1), 1), list(2, 1))).toBe(1);
  expect(leaf(NEWEST, list(2, 1), -1)).toEqual(NEWEST);
  expect(lookedAt(NEWEST, [])).toBeUndefined();
  expect(lookedAt(leaf(NEWEST, [], 1), [])).toBeUndefined();
});

test('in place of a picture that has gone stands the oldest there is', () => {
  const back = leaf(NEWEST, list(3, 2, 1), Infinity);
  expect(seen(back, list(6, 5, 4))).toBe(4);
});
