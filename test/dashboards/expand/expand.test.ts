import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { assert, constantFrom, property, string } from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { type ExpandContext, expandQuery } from '../../../dashboards/expand/expand.ts';
import type { Variable } from '../../../dashboards/expand/variables.ts';
import { ROOT } from '../../helpers/system.ts';

/** The times of the plugin's own tests (pkg/macros/macros_test.go). */
const FROM = Date.parse('2014-11-12T11:45:26.123Z');
const TO = Date.parse('2015-11-12T11:45:26.456Z');

const expand = (sql: string, variables: Record<string, Variable> = {}, change: Partial<ExpandContext> = {}) =>
  expandQuery(sql, {
    fromMs: FROM,
    toMs: TO,
    intervalMs: 20_000,
    variables: new Map(Object.entries(variables)),
    ...change,
  });

const asked = (value: Variable['value']): Variable => ({ value, trusted: false });

test.each([
  ['$__timeFilter(ts)', 'ts >= toDateTime(1415792726) AND ts <= toDateTime(1447328726)'],
  [
    '$__timeFilter(cast(sth as timestamp) )',
    'cast(sth as timestamp) >= toDateTime(1415792726) AND cast(sth as timestamp) <= toDateTime(1447328726)',
  ],
  [
    '$__timeFilter_ms(ts)',
    'ts >= fromUnixTimestamp64Milli(1415792726123) AND ts <= fromUnixTimestamp64Milli(1447328726456)',
  ],
  ['$__dateFilter(d)', "d >= toDate('2014-11-12') AND d <= toDate('2015-11-12')"],
  [
    '$__dt(d, ts)',
    "(d >= toDate('2014-11-12') AND d <= toDate('2015-11-12')) AND (ts >= toDateTime(1415792726) AND ts <= toDateTime(1447328726))",
  ],
  ['$__fromTime and $__toTime', 'toDateTime(1415792726) and toDateTime(1447328726)'],
  ['($__fromTime_ms)', '(fromUnixTimestamp64Milli(1415792726123))'],
  ['$__timeFrom(ts)', 'ts >= toDateTime(1415792726)'],
  ['$__timeInterval(ts)', 'toStartOfInterval(toDateTime(ts), INTERVAL 20 second)'],
  ['$__timeInterval_ms(ts)', 'toStartOfInterval(toDateTime64(ts, 3), INTERVAL 20000 millisecond)'],
  ['$__timeGroup(ts, 5m)', 'toStartOfInterval(toDateTime(ts), INTERVAL 300 second)'],
  ['$__interval_s', '20'],
  ['$__interval ${__interval_ms}', '20s 20000'],
  ['$__from ${__to:date:iso} ${__from:date:seconds}', `${FROM} 2015-11-12T11:45:26.456Z 1415792726`],
  ['$__range_s', '31536000'],
  [
    '$__timeFilter(coalesce(closed_at, $__toTime))',
    'coalesce(closed_at, toDateTime(1447328726)) >= toDateTime(1415792726) AND coalesce(closed_at, toDateTime(1447328726)) <= toDateTime(1447328726)',
  ],
  ["msg = 'it\\'s -- fine' and $__fromTime", "msg = 'it\\'s -- fine' and toDateTime(1415792726)"],
  ["msg = 'it''s' and $__fromTime", "msg = 'it''s' and toDateTime(1415792726)"],
  ["`it's` AND $__fromTime", "`it's` AND toDateTime(1415792726)"],
  ['$doc$a--b$doc$ AND $__toTime', '$doc$a--b$doc$ AND toDateTime(1447328726)'],
  ["f('a)b', $__interval_s)", "f('a)b', 20)"],
])('%s becomes what the plugin makes of it', (sql, expected) => {
  expect(expand(sql)).toBe(expected);
});

test('a macro in a comment is not expanded, and cannot break the query', () => {
  expect(expand('SELECT 1 -- $__nonsense(\n/* $nobody */ + 1').replaceAll(/\s+/g, ' ')).toBe('SELECT 1 + 1');
});

test.each([
  ['$__timeFiltre(ts)', '$__timeFiltre is not a macro'],
  ['$__timeFilter()', '$__timeFilter takes 1 arguments, not 0'],
  ['$__timeFilter(a, b)', '$__timeFilter takes 1 arguments, not 2'],
  ['$__timeFilter(a', 'its bracket is never closed'],
  ['$__columns(ts, key, value) FROM t', 'rewrites the whole statement'],
  ['$__timeGroup(ts, soon)', 'soon is not an interval'],
  ['WHERE a = $nobody', 'no variable is called nobody'],
  ['WHERE a = [[nobody]]', 'no variable is called nobody'],
  ['$__conditionalAll(a = 1)', 'takes a condition and a bare variable'],
  ['$__conditionalAll(a = 1, $nobody)', 'no variable is called nobody'],
])('%s is refused with its reason', (sql, reason) => {
  expect(() => expand(sql)).toThrow(reason);
});

describe('variables', () => {
  const device = asked(['E:TOR101', 'E:TRTGTD']);

  test.each([
    ['${device:singlequote}', "'E:TOR101','E:TRTGTD'"],
    ['${device:sqlstring}', "'E:TOR101','E:TRTGTD'"],
    ['${device:csv}', 'E:TOR101,E:TRTGTD'],
    ['${device:pipe}', 'E:TOR101|E:TRTGTD'],
    ['[[device:csv]]', 'E:TOR101,E:TRTGTD'],
    ['$device', "'E:TOR101','E:TRTGTD'"],
    ['${device:json}', '["E:TOR101","E:TRTGTD"]'],
    ['${device:regex}', '(E:TOR101|E:TRTGTD)'],
    ['${device:text}', 'E:TOR101 + E:TRTGTD'],
    ['${device:queryparam}', 'var-device=E%3ATOR101&var-device=E%3ATRTGTD'],
  ])('%s is written as Grafana does', (sql, expected) => {
    expect(expand(sql, { device })).toBe(expected);
  });

  it('refuses a format that there is not, where Grafana silently takes another', () => {
    expect(() => expand('${device:quoted}', { device })).toThrow('there is no format quoted');
  });

  it('takes a condition away when all is chosen', () => {
    const sql = 'WHERE $__conditionalAll(device IN (${device:singlequote}), $device) AND 1';
    expect(expand(sql, { device: { ...device, all: true } })).toBe('WHERE 1=1 AND 1');
    expect(expand(sql, { device })).toBe("WHERE device IN ('E:TOR101','E:TRTGTD') AND 1");
  });

  it('leaves a dollar within a value alone', () => {
    expect(expand('${device:singlequote}', { device: asked('$x $__toTime') })).toBe("'$x $__toTime'");
  });
});

describe('a value that somebody typed in', () => {
  test.each([
    ['${v:singlequote}', "x\\' OR 1=1 --"],
    ['${v:sqlstring}', "\\' OR 1=1 --"],
    ['${v:singlequote}', 'x\0'],
    ['$v', "x' OR '1'='1"],
    ['${v:csv}', '1; DROP TABLE readings'],
    ['${v:raw}', '1 -- '],
    ['[[v]]', '1/**/UNION/**/SELECT'],
    ['$__conditionalAll(a = $v, $v)', '1) OR (1'],
  ])('cannot leave its place in %s', (sql, value) => {
    expect(() => expand(sql, { v: asked(value) })).toThrow('variable v');
  });

  const odd = constantFrom("'", '"', 'a', '-', ';', '`', '\n', ')', '$');
  const quoted = (value: string) => expand('${v:singlequote}', { v: asked(value) });

  it('is one literal, whatever it is', () => {
    assert(
      property(string({ unit: odd }), value => {
        // Read back as ClickHouse does: escapes first, then the end of the literal.
        const [, inside = ''] = /^'((?:[^'\\]|\\.)*)'$/s.exec(quoted(value)) ?? [];
        expect(inside.replaceAll(/\\(.)/gs, '$1')).toBe(value);
      }),
    );
  });

  it('is refused with a backslash anywhere in it', () => {
    assert(
      property(string({ unit: odd }), string({ unit: odd }), (before, after) => {
        expect(() => quoted(`${before}\\${after}`)).toThrow('refused');
      }),
    );
  });

  it('may be SQL when the author of the board wrote it', () => {
    expect(expand('$v', { v: { value: 'toStartOfHour(ts)', trusted: true } })).toBe('toStartOfHour(ts)');
  });
});

test('the browser can use all of it: nothing of Node.js is imported', async () => {
  const folder = join(ROOT, 'dashboards', 'expand');
  const imports = new Set<string>();
  for (const file of await readdir(folder))
    for (const [, from] of (await readFile(join(folder, file), 'utf8')).matchAll(/ from '([^']+)'/g))
      if (from && !from.startsWith('./')) imports.add(from);
  expect([...imports]).toEqual(['../../protocol/errors.ts']);
  expect(await readFile(join(ROOT, 'protocol', 'errors.ts'), 'utf8')).not.toContain('import ');
});
