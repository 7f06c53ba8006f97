import { element } from '../dom.ts';
import { isDialogOpen, openDialog } from './dialog.ts';

const KEYS: readonly (readonly [keys: string, does: string])[] = [
  ['g 1 … g 9', 'board by its number'],
  ['g a', 'alarms'],
  ['g s', 'silences'],
  ['g m', 'machine mode'],
  ['j k', 'next, previous alarm'],
  ['x', 'select it, for several at once'],
  ['a', 'acknowledge what is selected, else the one shown'],
  ['s', 'shelve'],
  ['c', 'comment'],
  ['h', 'silence the one shown (experts)'],
  ['n', 'new silence, on their page'],
  ['/', 'filter'],
  ['← →', 'in a picture of an event: older, newer'],
  ['m', 'sound off and on'],
  ['Esc', 'close, clear the selection'],
  ['?', 'this list'],
];

export function openHelp(): void {
  if (isDialogOpen()) return;
  openDialog(
    'Keys',
    element(
      'dl',
      { class: 'keys' },
      ...KEYS.flatMap(([keys, does]) => [
        element('dt', {}, ...keys.split(' ').map(key => (key === '…' ? ' … ' : element('kbd', {}, key)))),
        element('dd', {}, does),
      ]),
    ),
  );
}
