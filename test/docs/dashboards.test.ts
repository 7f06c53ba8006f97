import { expect, test } from 'vitest';
import { boards } from '../../dashboards/boards/boards.ts';
import { RULES } from '../../dashboards/check/finding.ts';
import { readPage } from './examples.ts';

const page = await readPage('docs/dashboards.md');

test('the page has every rule of the check, and what it asks for', () => {
  expect(page.table('| rule | what it asks for |')).toEqual(
    Object.entries(RULES).map(([rule, what]) => [`\`${rule}\``, what]),
  );
});

test('the page has every board with its uid', () => {
  const rows = page.table('| board | uid | what for |');
  expect(rows.map(([title, uid]) => [title, uid])).toEqual(
    Object.values(boards).map(({ title, uid }) => [title, `\`${uid}\``]),
  );
});
