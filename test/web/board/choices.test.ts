import { expect, test } from 'vitest';
import { ALL } from '../../../protocol/panel-query.ts';
import { ALL_CHOSEN, choicesOf, filled, nameOf } from '../../../web/board/choices.ts';
import { ownBoards } from '../helpers/made-up.ts';

const horn = ownBoards().find(({ uid }) => uid === 'spillway-horn');

test('an address chooses as Grafana writes it, several at once too', () => {
  if (!horn) throw new Error('no board with a variable');
  const address = new URLSearchParams('var-device=E:HPTGT&var-device=E:VPTGT&var-other=x');
  expect(choicesOf(horn, address)).toEqual({ device: ['E:HPTGT', 'E:VPTGT'] });
});

test('without words in the address it is what the board was saved with', () => {
  if (!horn) throw new Error('no board with a variable');
  expect(Object.keys(choicesOf(horn, new URLSearchParams()))).toEqual(['device']);
});

test('page and gateway call everything by the same word', () => {
  expect(ALL_CHOSEN).toBe(ALL);
});

test('a text has what is chosen in it, the first of several, and nothing where nothing is', () => {
  const choices = { detector: 'lime', device: ['E:ONE', 'E:TWO'], none: [] };
  expect(filled('${detector}/${device}/${none}/${unknown}/${constructor}/$detector', choices)).toBe(
    'lime/E:ONE////$detector',
  );
});

test('a value reads as the word that the board saved with it, any other as itself', () => {
  const run = { current: { text: 'all', value: '-1' } };
  expect([nameOf(run, '-1'), nameOf(run, '42'), nameOf(run, ALL_CHOSEN)]).toEqual(['all', '42', 'All']);
  expect(nameOf({ current: {} }, '-1')).toBe('-1');
});
