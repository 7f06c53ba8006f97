import { expect, test } from 'vitest';
import { DisplayBook } from '../../../web/displays/display-book.ts';
import { captionOf } from '../helpers/captions.ts';

const serials = (book: DisplayBook, detector = 'lime') =>
  book.list(detector, 'event').map(({ serial }) => serial);

test('pictures stand newest first in whatever order they come, each once, and no more than the gateway keeps', () => {
  const book = new DisplayBook();
  book.take(captionOf(3), captionOf(1));
  book.take(captionOf(2), captionOf(3));
  expect(serials(book)).toEqual([3, 2, 1]);
  book.take(...Array.from({ length: 20 }, (_, index) => captionOf(10 + index)));
  expect(serials(book)).toEqual(Array.from({ length: 12 }, (_, index) => 29 - index));
});

test('detectors and kinds are apart, however the detector is written', () => {
  const book = new DisplayBook();
  book.take(captionOf(1), captionOf(2, { detector: 'MANGO 1' }), captionOf(3, { kind: 'waveforms' }));
  expect(serials(book, 'LIME')).toEqual([1]);
  expect(serials(book, 'mango_1')).toEqual([2]);
  expect(serials(book, 'gin')).toEqual([]);
});

test('without a detector the newest picture of any is meant', () => {
  const book = new DisplayBook();
  expect(serials(book, '')).toEqual([]);
  book.take(captionOf(1), captionOf(9, { detector: 'mango' }), captionOf(10, { kind: 'waveforms' }));
  expect(serials(book, '')).toEqual([9]);
});

test('whoever listens hears of changes until they stop', () => {
  const book = new DisplayBook();
  let heard = 0;
  const stop = book.listen(() => heard++);
  book.take(captionOf(1));
  stop();
  book.take(captionOf(2));
  expect(heard).toBe(1);
});
