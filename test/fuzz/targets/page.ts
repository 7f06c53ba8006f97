import { readFileSync } from 'node:fs';
import { parseStart } from '../../../actors/gateway/live/start-message.ts';
import { expandQuery } from '../../../dashboards/expand/expand.ts';
import { stretches } from '../../../dashboards/expand/sql-text.ts';
import { readBoard } from '../../../dashboards/read-board.ts';
import { Different, type Target } from '../target.ts';
import { mustEqual } from './same.ts';

const text = (input: Uint8Array): string => Buffer.from(input).toString();

/** What a page says over the WebSocket. */
export const startMessages: Target = {
  name: 'websocket-start',
  refuses: [],
  words: ['{', '}', '"', ':', ',', 'null', '"after":', '"sequence":', '1e999', '-1', '"__proto__":{}'],
  seeds: () =>
    ['{"type":"start"}', '{"type":"start","after":{"stream":"ALARM@1","sequence":5}}'].map(one =>
      Buffer.from(one),
    ),
  take(input) {
    const start = parseStart(text(input));
    if (start) mustEqual('start', start, parseStart(JSON.stringify(start)));
  },
};

export const boards: Target = {
  name: 'boards',
  refuses: ['BOARD_INVALID'],
  words: ['{', '}', '[', ']', '"', ':', ',', 'null', '"panels":', '"targets":', '1e999', '"__proto__":{}'],
  seeds: () => [readFileSync('dashboards/grafana/target-and-horn.json')],
  take(input) {
    mustEqual('board', readBoard(text(input)), readBoard(text(input)));
  },
};

/** A value that a viewer gives to a variable, in a query that quotes it: it stays within its quotes. */
export const variables: Target = {
  name: 'board-variables',
  refuses: ['QUERY_INVALID'],
  words: ["'", "''", '\\', "\\'", '$', '${', '}', '--', '/*', '*/', ';', '$__', '`', '"', '[[', ']]', '\0'],
  seeds: () => ['E:TRTGTD', "o'brien", '$__all'].map(one => Buffer.from(one)),
  take(input) {
    const value = text(input);
    const variables = new Map([['device', { value, trusted: false }]]);
    const context = { fromMs: 0, toMs: 1000, intervalMs: 1000, variables };
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of a board
    const sql = expandQuery('SELECT 1 WHERE name = ${device:sqlstring} AND 2 = 2', context);
    const outside = stretches(sql)
      .filter(({ kind }) => kind === 'code')
      .map(({ text: code }) => code)
      .join('');
    if (outside.replaceAll(/\s+/g, ' ').trim() !== 'SELECT 1 WHERE name = AND 2 = 2')
      throw new Different(`${JSON.stringify(value)} became ${sql}`);
  },
};
