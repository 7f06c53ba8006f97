import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { gateway } from '../../../actors/gateway/actor.ts';
import { Sessions } from '../../../actors/gateway/auth/sessions.ts';
import type { Identity } from '../../../actors/gateway/auth/users.ts';
import { GatewayConfig, knownUsers } from '../../../actors/gateway/config.ts';
import { hashPassword, isPassword } from '../../../runtime/auth/password.ts';
import { digestOfToken } from '../../../runtime/auth/token.ts';
import { authCommand } from '../../../runtime/commands/auth/command.ts';
import { temporaryDirectory } from '../../helpers/temporary-directory.ts';
import { HASH } from './harness.ts';

const HOUR = 3_600_000;
const maria: Identity = { name: 'maria', role: 'shifter', stamp: 'a' };

/** Sessions whose clock and users stand still until they are changed. */
async function sessionsIn(directory: string) {
  const world = { now: 0, users: [maria] as Identity[] };
  const sessions = await Sessions.open({
    path: `${directory}/sessions.json`,
    clock: () => world.now,
    idleMs: HOUR,
    longestMs: 3 * HOUR,
    isCurrent: ({ name, stamp }) => world.users.some(user => user.name === name && user.stamp === stamp),
    secure: false,
  });
  const { cookie } = await sessions.begin(maria);
  const who = () => sessions.identify({ header: () => undefined, cookie: () => cookie })?.name;
  return { world, sessions, cookie, who };
}

test('a session ends when it is not used, and in the end though it is', async () => {
  await using directory = await temporaryDirectory();
  const { world, who } = await sessionsIn(directory.path);
  for (world.now = 0; world.now < 3 * HOUR; world.now += HOUR / 2) expect(who()).toBe('maria');
  world.now = 3 * HOUR + 1;
  expect(who()).toBeUndefined();
  const other = await sessionsIn(directory.path);
  other.world.now = HOUR + 1;
  expect(other.who()).toBeUndefined();
});

test.each([
  ['has gone', []],
  ['has another password or role', [{ ...maria, stamp: 'b' }]],
])('the session of a user who %s is over at once', async (_, users) => {
  await using directory = await temporaryDirectory();
  const { world, who } = await sessionsIn(directory.path);
  world.users = users;
  expect(who()).toBeUndefined();
});

test('the hash of a password fits it alone, however its letters are composed', async () => {
  const hash = await hashPassword('caf\u00e9 au lait', { ln: 8, r: 8, p: 1 });
  expect(await isPassword('cafe\u0301 au lait', hash)).toBe(true);
  expect(await isPassword('cafe au lait', hash)).toBe(false);
  expect(await isPassword('', hash)).toBe(false);
  expect(await hashPassword('caf\u00e9 au lait', { ln: 8, r: 8, p: 1 })).not.toBe(hash);
});

/** What `spillway auth` prints. */
async function auth(word: string, input: string): Promise<string> {
  let printed = '';
  const stdout = { write: (text: string) => (printed += text) } as unknown as NodeJS.WritableStream;
  const io = { stdout, stderr: stdout, env: {}, signal: new AbortController().signal };
  await authCommand([], Readable.from([input])).run([word], io);
  return printed;
}

test('what the command makes is what the configuration takes, and lets in whom it was made for', async () => {
  const password = (await auth('hash', 'correct horse\n')).trim();
  const [, token = '', digest = ''] = /^token: (\S+)\ndigest: (\S+)\n$/.exec(await auth('token', '')) ?? [];
  const config = GatewayConfig.parse({
    users: [{ name: 'maria', role: 'shifter', password }],
    tokens: [{ name: 'script', role: 'viewer', digest }],
  });
  expect(knownUsers(config).users).toHaveLength(1);
  expect(await isPassword('correct horse', password)).toBe(true);
  expect(digestOfToken(token)).toBe(digest);
  await expect(auth('hash', 'short\n')).rejects.toMatchObject({ code: 'USAGE' });
});

test('two users of one name are a mistake of the configuration, not the second one', () => {
  const user = { name: 'maria', role: 'shifter', password: HASH };
  const config = GatewayConfig.parse({ users: [user, { ...user, role: 'expert' }] });
  expect(() => knownUsers(config)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
});

test('a check of the configuration reads the files that the gateway would', async () => {
  await using directory = await temporaryDirectory();
  const missing = `${directory.path}/missing`;
  for (const section of [{ usersFile: missing }, { tls: { certificate: missing, key: missing } }])
    await expect(gateway.check?.(GatewayConfig.parse(section))).rejects.toMatchObject({
      code: 'CONFIG_UNREADABLE',
      message: expect.stringContaining(missing),
    });
  await expect(gateway.check?.(GatewayConfig.parse({}))).resolves.toBeUndefined();
});
