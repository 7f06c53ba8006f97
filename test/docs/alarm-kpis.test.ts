import { readdir, readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { kpis } from '../../runtime/store/kpis/kpis.ts';
import { alarmsMigration } from '../../runtime/store/migrations/0005-alarms.ts';
import { noticesMigration } from '../../runtime/store/migrations/0006-notices.ts';
import { triggersMigration } from '../../runtime/store/migrations/0009-triggers.ts';
import { silencesMigration } from '../../runtime/store/migrations/0010-silences.ts';
import { readPage } from './examples.ts';

const page = await readPage('docs/alarm-kpis.md');

test('every figure is explained, with the target that the code states', () => {
  const rows = page.table('| figure | question | target |');
  expect(rows).toEqual(kpis.map(({ name, title, target }) => [`\`${name}\``, title, target]));
});

test('every KPI that is stated is in the list', async () => {
  const files = await readdir('runtime/store/kpis');
  const sources = await Promise.all(files.map(file => readFile(`runtime/store/kpis/${file}`, 'utf8')));
  const stated = sources.join('\n').match(/^export const \w+: Kpi = /gm) ?? [];
  expect(kpis).toHaveLength(stated.length);
});

test('every table of alarms and notices is listed', () => {
  const steps = [alarmsMigration, noticesMigration, triggersMigration, silencesMigration];
  const made = steps
    .flatMap(({ statements }) => statements)
    .map(statement => /^CREATE (?:TABLE|VIEW) IF NOT EXISTS (\w+)/.exec(statement)?.[1]);
  const rows = page.table('| table | one row per |').map(([name]) => name?.replaceAll('`', ''));
  expect(new Set(rows)).toEqual(new Set(made));
  expect(rows).toHaveLength(made.length);
});
