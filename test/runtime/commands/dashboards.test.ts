import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { OWN_BOARDS } from '../../../runtime/commands/dashboard-files.ts';
import { migrate } from '../../../runtime/store/migrate.ts';
import { spillway } from '../../helpers/spillway.ts';
import { clickHouse, type TestStore } from '../../helpers/store.ts';
import { temporaryDirectory } from '../../helpers/temporary-directory.ts';

let store: TestStore;
let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let config: string;

const configured = (url: string) => `experiment: numi
dataDirectory: .
nats: { servers: [nats://127.0.0.1:1] }
store: { url: "${url}", user: spillway }
actors: {}
`;

beforeAll(async () => {
  store = await clickHouse();
  directory = await temporaryDirectory();
  config = join(directory.path, 'spillway.yaml');
  await migrate({ url: store.url, user: 'spillway', database: 'spillway' }, pino({ level: 'silent' }));
  await writeFile(config, configured(store.url));
});
afterAll(async () => {
  await directory[Symbol.asyncDispose]();
  await store[Symbol.asyncDispose]();
});

const check = (...args: string[]) => spillway(['dashboards', 'check', ...args, '--config', config]);

test('on a new store our own boards run, and have nothing to show', async () => {
  const { code, stdout, stderr } = await check('--allow-empty', '--json');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const report = JSON.parse(stdout) as { boards: number; findings: unknown[]; queries: { ms: number }[] };
  expect(report).toMatchObject({ boards: 9, findings: [] });
  expect(report.queries.length).toBeGreaterThan(140);
});

test('what is found is told a line each, with board, panel and target, and ends with 1', async () => {
  const bad = join(directory.path, 'bad.json');
  const text = await readFile(join(OWN_BOARDS, 'alarms.json'), 'utf8');
  await writeFile(bad, text.replaceAll('FROM machine_modes', 'FROM machine_moods'));
  const { code, stdout } = await check(bad);
  expect(code).toBe(1);
  expect(stdout).toMatch(
    /^\S+bad\.json, panel "Machine mode" \(12\), target A: .*machine_moods.* \[query\]$/m,
  );
  expect(stdout).toMatch(/^1 boards, \d+ queries, median \d+ ms, 95 % within \d+ ms; 1 findings$/m);
});

test('a file that is no board is found, and the others are still looked at', async () => {
  const torn = join(directory.path, 'torn.json');
  await writeFile(torn, '{"title":');
  const { code, stdout } = await check(torn, join(OWN_BOARDS, 'alarms.json'));
  expect(code).toBe(1);
  expect(stdout).toMatch(/torn\.json: .* \[board\]/);
  expect(stdout).toContain('alarms.json, panel "Timeline"');
});

test.each([
  [['--from', 'yesterday'], 2, '[USAGE]'],
  [['--from', 'now', '--to', 'now-1h'], 2, '[USAGE]'],
  [['--most-rows', '-1'], 2, '[USAGE]'],
  [['/nowhere/board.json'], 2, '[CONFIG_UNREADABLE]'],
] as const)('%j is not understood', async (args, expected, text) => {
  const { code, stderr } = await check(...args);
  expect({ code, told: stderr.includes(text) }).toEqual({ code: expected, told: true });
});

test('a word it does not know is told', async () => {
  const { code, stderr } = await spillway(['dashboards', 'draw', '--config', config]);
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('knows one word: check') });
});

test('a store that is away ends with 3', async () => {
  const away = join(directory.path, 'away.yaml');
  await writeFile(away, configured('http://127.0.0.1:1'));
  const { code, stderr } = await spillway(['dashboards', 'check', '--config', away]);
  expect({ code, stderr }).toEqual({ code: 3, stderr: expect.stringContaining('[STORE_AWAY]') });
});
