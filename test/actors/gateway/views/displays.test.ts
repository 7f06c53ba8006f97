import { expect, test } from 'vitest';
import { DisplaysView, KEPT } from '../../../../actors/gateway/views/displays.ts';
import { displayOf } from '../camera.ts';

const seen = (serial: number, storedAt = serial, over = {}) => ({ body: displayOf(serial, over), storedAt });

test('the last few are kept in the order of the stream, however they come, and only the latest is news', () => {
  const view = new DisplaysView();
  expect(view.see(seen(5))?.caption.serial).toBe(5);
  expect(view.see(seen(3))).toBeUndefined();
  expect(view.see(seen(5))).toBeUndefined();
  for (let serial = 6; serial < 6 + KEPT; serial++)
    expect(view.see(seen(serial))?.caption.serial).toBe(serial);
  expect(view.list()[0]?.map(({ caption }) => caption.serial)).toEqual(
    Array.from({ length: KEPT }, (_, index) => 5 + KEPT - index),
  );
});

test('however many detectors there are said to be, memory is bounded', () => {
  const view = new DisplaysView();
  for (let n = 0; n < 40; n++) view.see(seen(n, n, { detector: `d${n}` }));
  expect(view.list()).toHaveLength(16);
  expect(view.latest('d39', 'event')).toBeDefined();
  expect(view.latest('d0', 'event')).toBeUndefined();
});

test('a picture that is drawn again takes the place of the one before', () => {
  const view = new DisplaysView();
  view.see(seen(1, 1));
  view.see(seen(2, 2));
  expect(view.see(seen(1, 3, { text: 'anew' }))?.caption.text).toBe('anew');
  expect(view.list()[0]?.map(({ caption }) => caption.serial)).toEqual([1, 2]);
});
