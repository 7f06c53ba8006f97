import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { may, Permission, type Role } from '../../actors/gateway/auth/role.ts';
import { GatewayConfig, knownUsers } from '../../actors/gateway/config.ts';
import { CloseCode } from '../../actors/gateway/live/hub.ts';
import { VERBS } from '../../actors/gateway/routes/verbs.ts';
import type { ServerMessage } from '../../protocol/live.ts';
import type { Notification } from '../../protocol/messages/notification.ts';
import { readings } from '../../protocol/messages/readings.ts';
import { type Amtool, findAmtool } from '../actors/gateway/amtool.ts';
import { alarm, runGateway, TOKENS } from '../actors/gateway/harness.ts';
import { readingsOf } from '../helpers/streams.ts';
import { temporaryDirectory } from '../helpers/temporary-directory.ts';
import { readPage } from './examples.ts';

const run = promisify(execFile);
const page = await readPage('docs/gateway.md');

/** Runs an example of the page as somebody would type it. */
async function type(name: string, url: string, cwd: string, path = ''): Promise<string> {
  const env = { ...process.env, GATEWAY: url, TOKEN: TOKENS.expert };
  const PATH = `${path}${delimiter}${process.env['PATH'] ?? ''}`;
  return (await run('sh', ['-ec', page.example('sh', name)], { cwd, env: { ...env, PATH } })).stdout;
}

test('the configuration of the page is one that is understood, and so are its users', async () => {
  await using directory = await temporaryDirectory();
  const { actors } = parse(page.example('yaml', 'gateway')) as { actors: { gateway: object } };
  const usersFile = join(directory.path, 'users.yaml');
  await writeFile(usersFile, page.example('yaml', 'users'));
  const { users, tokens } = knownUsers(GatewayConfig.parse({ ...actors.gateway, usersFile }));
  expect([...users, ...tokens].map(({ name, role }) => `${name} ${role}`)).toEqual([
    'maria shifter',
    'disk-watch notifier',
  ]);
});

test('the single sign-on of the page is one that is understood', async () => {
  await using directory = await temporaryDirectory();
  const text = page.example('yaml', 'single-sign-on').replace('/etc/spillway', directory.path);
  await writeFile(join(directory.path, 'oidc-secret'), 'secret of the page');
  const { actors } = parse(text) as { actors: { gateway: object } };
  expect(GatewayConfig.parse(actors.gateway).oidc?.roles).toEqual({
    'numi-shifters': 'shifter',
    'numi-experts': 'expert',
  });
});

test('the page says of every role what it may do', () => {
  const rows = page.table(
    '| role | see | notify | acknowledge, unacknowledge, comment, take over, shelve, unshelve | disable, enable, reset, silence, mode |',
  );
  const { see, notify, operate, manage } = Permission;
  for (const [role = '', ...told] of rows) {
    const principal = { name: 'x', role: role.replaceAll('`', '') as Role, by: 'token' } as const;
    const allowed = [see, notify, operate, manage].map(one => (may(principal, one) ? 'yes' : ''));
    expect([role, ...told]).toEqual([role, ...allowed]);
  }
  expect(rows).toHaveLength(4);
});

test('the page names everything that can be done to an alarm', () => {
  for (const verb of Object.keys(VERBS)) expect(page.text).toMatch(new RegExp(`[\`/]${verb}\``));
});

test('the calls of the page do what they say', async () => {
  await using directory = await temporaryDirectory();
  await using gateway = await runGateway();
  gateway.engine.raise(alarm('beam/horn/current'));
  expect(JSON.parse(await type('acknowledge', gateway.url, directory.path))).toMatchObject({
    alarm: { to: 'acknowledged', acknowledged: { note: 'horn expert called' } },
  });
  await type('notify', gateway.url, directory.path);
  const told = gateway.context.published.at(-1);
  expect(told?.body as Notification).toMatchObject({ id: 'daq2-disk-91', severity: 'MAJOR' });
});

test('a panel is asked for as the page says, and its answer has the fields of the page', async () => {
  await using directory = await temporaryDirectory();
  await using gateway = await runGateway();
  const { frames } = JSON.parse(await type('panel', gateway.url, directory.path)) as { frames: object[] };
  // There is no store here, which the frames say.
  expect(frames[0]).toMatchObject({
    error: expect.stringContaining('the store cannot be reached') as string,
  });
  for (const field of Object.keys(frames[0] ?? {})) expect(page.text).toContain(`"${field}"`);
});

test('the latest readings are asked for as the page says, and have the fields of the page', async () => {
  await using directory = await temporaryDirectory();
  await using gateway = await runGateway();
  gateway.say(readings, readingsOf(36));
  const { devices } = JSON.parse(await type('latest', gateway.url, directory.path)) as { devices: object[] };
  expect(devices).toMatchObject([{ name: 'E:TRTGTD', values: [36], units: 'E12' }]);
  for (const field of Object.keys(devices[0] ?? {})) expect(page.text).toContain(`"${field}"`);
});

test('the page says which messages there are, and why connections are closed', () => {
  const told = page.table('| message | when |').flatMap(([names = '']) => names.match(/\w+/g) ?? []);
  const kinds: Record<ServerMessage['type'], true> = {
    hello: true,
    snapshot: true,
    alarm: true,
    mode: true,
    spill: true,
    health: true,
    display: true,
    run: true,
    tick: true,
  };
  expect(told.toSorted()).toEqual(Object.keys(kinds).toSorted());
  const codes = page
    .table('| closed with | because |')
    .flatMap(([codes = '']) => codes.split(', ').map(Number));
  // 1009 is the library's own: a message that is too long.
  expect(new Set(codes)).toEqual(new Set([...Object.values(CloseCode), 1009]));
});

test('amtool does what the page says', async ({ skip }) => {
  const amtool = await findAmtool();
  skip(typeof amtool === 'string', typeof amtool === 'string' ? amtool : '');
  const path = dirname((amtool as Amtool).path);
  await using directory = await temporaryDirectory();
  await using gateway = await runGateway();
  gateway.engine.raise(alarm('beam/horn/current'));
  expect(await type('amtool', gateway.url, directory.path, path)).toContain('beam/horn/current');
  await type('amtool-silence', gateway.url, directory.path, path);
  expect(gateway.engine.given).toEqual([expect.objectContaining({ kind: 'silence', comment: 'horn swap' })]);
}, 150_000);

test('every path of the page is one of the interface, and the interface is described in full', async () => {
  await using gateway = await runGateway();
  const { json } = await gateway.call('GET', '/openapi.json', { as: 'nobody' });
  const paths = json['paths'] as Record<string, Record<string, object>>;
  const told = [...page.text.matchAll(/`(GET|POST|PUT|DELETE) (\/api\/v1\/[\w/{}-]*)`/g)];
  expect(told.length).toBeGreaterThan(12);
  for (const [, method = '', path = ''] of told) expect(paths[path]).toHaveProperty(method.toLowerCase());
  for (const operations of Object.values(paths))
    for (const operation of Object.values(operations))
      expect(operation).toMatchObject({
        summary: expect.any(String),
        responses: { default: expect.anything() },
      });
});
