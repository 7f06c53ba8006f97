import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createUser } from '@nats-io/nkeys';
import { expect, test } from 'vitest';
import { type Authorization, guardedNats } from './helpers/guarded-nats.ts';
import { type Outcome, spillway } from './helpers/spillway.ts';
import { temporaryDirectory } from './helpers/temporary-directory.ts';
import { until } from './helpers/until.ts';

/** Characters that JSON and URLs write another way, so that a secret could slip past in disguise. */
const CANARIES = {
  natsByEnv: 'canary-"nats"-env\\%/',
  natsByFile: 'canary-"nats"-file\\%/',
  store: 'canary "store" é\\%/',
};

const disguises = (secret: string): string[] => [
  secret,
  JSON.stringify(secret).slice(1, -1),
  encodeURIComponent(secret),
  encodeURI(secret),
  Buffer.from(secret).toString('base64'),
];

/** No disguise of a canary, and no part of one either: the word itself stands in no output. */
function expectSilence({ stdout, stderr }: Outcome): void {
  for (const secret of Object.values(CANARIES)) {
    for (const disguise of disguises(secret)) {
      expect(stdout).not.toContain(disguise);
      expect(stderr).not.toContain(disguise);
    }
  }
  expect(`${stdout}${stderr}`).not.toContain('canary');
}

/** A store that refuses everybody, and tells in its error what it was given: the worst a server can do. */
async function indiscreetStore() {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    const given = `${request.headers['authorization'] ?? ''} ${JSON.stringify(request.headers)} ${request.url}`;
    const [, basic = ''] = /^Basic (\S+)/.exec(given) ?? [];
    const password = Buffer.from(basic, 'base64').toString().split(':').slice(1).join(':');
    seen.push(password);
    response.writeHead(516, { 'x-clickhouse-exception-code': '516' });
    response.end(
      `Code: 516. DB::Exception: wrong password ${password}, that is ${given}. (AUTHENTICATION_FAILED)`,
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

const config = (nats: string, password: string, store: string) => `experiment: test
nats: { servers: ["${nats}"], user: spill, password: ${password} }
store: { url: "${store}", user: spillway, password: { env: STORE_PASSWORD } }
log: { level: trace }
actors: { spill-packer: {}, recorder: {} }
`;

test.each([
  ['its environment', '{ env: NATS_PASSWORD }', CANARIES.natsByEnv],
  ['a file', '{ file: nats-password }', CANARIES.natsByFile],
])(
  'a password from %s stands in no output, whether the servers take it or refuse it',
  async (_, given, password) => {
    await using directory = await temporaryDirectory();
    await using store = await indiscreetStore();
    await using takes = await guardedNats({ user: 'spill', password });
    await using refuses = await guardedNats({ user: 'spill', password: 'another' });
    const env = { NATS_PASSWORD: CANARIES.natsByEnv, STORE_PASSWORD: CANARIES.store };
    await writeFile(join(directory.path, 'nats-password'), `${CANARIES.natsByFile}\n`);
    const write = async (name: string, url: string) => {
      await writeFile(join(directory.path, name), config(url, given, store.url));
      return ['--config', join(directory.path, name)];
    };
    const taken = await write('taken.yaml', takes.url);
    const refused = await write('refused.yaml', refuses.url);

    const refusal = 'refuses this user, password, token or key [NATS_AWAY]';
    const expected: [args: string[], code: number, told: string][] = [
      [['check', ...taken], 0, ''],
      [['dead', 'list', ...taken], 0, ''],
      [['verify', ...taken], 3, '[STORE_AWAY]'],
      [['dead', 'list', ...refused], 3, refusal],
      [['verify', ...refused], 3, refusal],
      [['run', 'spill-packer', ...refused], 3, refusal],
    ];
    for (const [args, code, told] of expected) {
      const outcome = await spillway(args, { env });
      expect({ args, ...outcome }).toEqual({ args, ...outcome, code, stderr: expect.stringContaining(told) });
      expectSilence(outcome);
    }
    // The recorder goes on trying, and logs each refusal of the store with all that it holds.
    const stop = new AbortController();
    const before = store.seen.length;
    const running = spillway(['run', 'recorder', ...taken], { env, signal: stop.signal });
    await until(() => store.seen.length > before + 1, { what: 'refusals of the store', timeoutMs: 20_000 });
    stop.abort();
    const outcome = await running;
    expect(outcome.code).toBe(0);
    expect(outcome.stderr).toContain('[redacted]');
    expectSilence(outcome);
    expect(store.seen).toContain(CANARIES.store);
  },
);

const key = createUser();
const otherKey = createUser();
const keyOnly = (public_: string): Authorization => ({ users: [{ nkey: public_ }] });

test.each([
  ['a token', 'token', 'canary-"token"é%/', { token: 'canary-"token"é%/' }, { token: 'another' }],
  [
    'the seed of a key',
    'nkeySeed',
    new TextDecoder().decode(key.getSeed()),
    keyOnly(key.getPublicKey()),
    keyOnly(otherKey.getPublicKey()),
  ],
] satisfies [string, string, string, Authorization, Authorization][])(
  '%s stands in no output, whether NATS takes it or refuses it',
  async (_, name, secret, ours, another) => {
    await using directory = await temporaryDirectory();
    await using takes = await guardedNats(ours);
    await using refuses = await guardedNats(another);
    const env = { CANARY: secret };
    const path = join(directory.path, 'spillway.yaml');
    for (const [{ url }, code, told] of [
      [takes, 0, ''],
      [refuses, 3, 'refuses this user, password, token or key [NATS_AWAY]'],
    ] as const) {
      await writeFile(
        path,
        `experiment: test
nats: { servers: ["${url}"], ${name}: { env: CANARY } }
store: { url: "http://127.0.0.1:9" }
log: { level: trace }
actors: { spill-packer: {} }
`,
      );
      const outcome = await spillway(['dead', 'list', '--config', path], { env });
      expect(outcome).toMatchObject({ code, stderr: expect.stringContaining(told) });
      for (const disguise of disguises(secret))
        expect(outcome.stdout + outcome.stderr).not.toContain(disguise);
    }
  },
);
