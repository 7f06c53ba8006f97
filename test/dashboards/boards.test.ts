import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { boards, boardText } from '../../dashboards/boards/boards.ts';
import { lint } from '../../dashboards/check/lint.ts';
import { type Dashboard, PanelType } from '../../dashboards/model.ts';
import { readBoard } from '../../dashboards/read-board.ts';
import { ROOT } from '../helpers/system.ts';

const FOLDER = join(ROOT, 'dashboards', 'grafana');
const all = Object.entries(boards);

test('the files that Grafana reads are those that the builders write: npm run dashboards', async () => {
  expect((await readdir(FOLDER)).toSorted()).toEqual(all.map(([name]) => `${name}.json`).toSorted());
  for (const [name, board] of all)
    expect(await readFile(join(FOLDER, `${name}.json`), 'utf8')).toBe(boardText(board));
});

test.each(all)('%s has nothing that a look at it would find', (name, board) => {
  expect(lint(readBoard(boardText(board)), name)).toEqual([]);
});

test('boards, and panels within a board, are never mistaken for each other', () => {
  const uids = all.map(([, { uid }]) => uid);
  expect(new Set(uids).size).toBe(uids.length);
  for (const [, { panels }] of all) {
    const ids = panels.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  }
});

test('every link between boards leads to one, with time range and store', () => {
  const uids = new Set(all.map(([, { uid }]) => uid));
  const links = all.flatMap(([, { panels }]) => panels.flatMap(({ links = [] }) => links));
  expect(links.length).toBeGreaterThan(10);
  for (const { url } of links) {
    const [, uid = ''] =
      /^\/d\/([\w-]+)\?\$\{__url_time_range\}&\$\{datasource:queryparam\}$/.exec(url) ?? [];
    expect(uids).toContain(uid);
  }
});

/** A row of Grafana's grid with its gap, and what is left of 1080 pixels below browser, navigation and controls. */
const ROW_PIXELS = 38;
const USABLE_PIXELS = 1080 - 236;

test('the shift overview fits one screen of 1920 by 1080 without scrolling', () => {
  const bottom = Math.max(...(boards['shift-overview']?.panels ?? []).map(({ gridPos: { y, h } }) => y + h));
  expect(bottom * ROW_PIXELS).toBeLessThanOrEqual(USABLE_PIXELS);
});

test.each(all)('%s keeps to what our own page draws too', (_, board: Dashboard) => {
  expect(board).toMatchObject({ timezone: 'utc', graphTooltip: 1, schemaVersion: 41, id: null });
  const types = new Set<string>(Object.values(PanelType));
  for (const { type, targets } of board.panels) {
    expect(types).toContain(type);
    expect(targets.length).toBeGreaterThanOrEqual(type === PanelType.text ? 0 : 1);
    for (const { rawSql } of targets) expect(rawSql).not.toMatch(/\$__(?:conditionalAll|adHocFilters)/);
  }
  expect(board.templating.list.map(({ name }) => name)).toContain('datasource');
});
