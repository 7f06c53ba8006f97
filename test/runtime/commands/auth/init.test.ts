import { execFile } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { cp, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { actors } from '../../../../actors/index.ts';
import { ExitCode } from '../../../../runtime/command.ts';
import { authCommand } from '../../../../runtime/commands/auth/command.ts';
import { findNatsServer } from '../../../../runtime/embedded/nats/fetch.ts';
import { openNats } from '../../../../runtime/host/nats.ts';
import { redact } from '../../../../runtime/log.ts';
import type { AccessConfig } from '../../../../runtime/nats-access/server-config.ts';
import { natsServer } from '../../../helpers/nats.ts';
import { silent } from '../../../helpers/streams.ts';
import { type TemporaryDirectory, temporaryDirectory } from '../../../helpers/temporary-directory.ts';

/** Runs it for a configuration in the directory; what it says on standard output. */
async function init(directory: string, args: readonly string[], known = actors): Promise<string> {
  const config = join(directory, 'spillway.yaml');
  await writeFile(config, 'experiment: test\nnats: { servers: [nats://daq7:4222] }\nactors: {}\n');
  let told = '';
  const stdout = { write: (text: string) => (told += text) };
  const io = { stdout, stderr: stdout, env: {}, signal: new AbortController().signal };
  const words = ['init', '--directory', join(directory, 'nats'), '--config', config, ...args];
  expect(await authCommand(known).run(words, io as never)).toBe(ExitCode.ok);
  return told;
}

/** Everybody but the last actor; keys of TLS take seconds to make, so that they are made once. */
const KNOWN = actors.filter(({ name }) => name !== 'gateway');
let template: TemporaryDirectory;
beforeAll(async () => {
  template = await temporaryDirectory();
  await init(template.path, ['--tls'], KNOWN);
});
afterAll(() => template[Symbol.asyncDispose]());

/** A directory where it has run before for all actors but one. */
async function prepared(): Promise<TemporaryDirectory> {
  const directory = await temporaryDirectory();
  await cp(template.path, directory.path, { recursive: true });
  return directory;
}

const allFiles = async (directory: string): Promise<Map<string, string>> => {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const paths = entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name));
  return new Map(await Promise.all(paths.map(async path => [path, await readFile(path, 'utf8')] as const)));
};

test('a second run keeps every key and certificate, and a new actor is added', async () => {
  await using directory = await prepared();
  const nats = join(directory.path, 'nats');
  await init(directory.path, ['--tls'], KNOWN);
  const first = await allFiles(nats);
  expect(await init(directory.path, ['--tls'])).toMatch(/made {2}key of gateway\n/);
  const second = await allFiles(nats);
  const changed = [...second.keys()].filter(path => first.get(path) !== second.get(path));
  expect(changed.toSorted()).toEqual([join(nats, 'gateway.nk'), join(nats, 'nats-access.conf')].toSorted());
  const users = (path: Map<string, string>) =>
    (JSON.parse(path.get(join(nats, 'nats-access.conf')) ?? '') as { authorization: { users: unknown[] } })
      .authorization.users.length;
  expect([users(first), users(second)]).toEqual([KNOWN.length + 1, actors.length + 1]);
});

test('only the owner reads a key, and no key is in what is printed or in the server’s configuration', async () => {
  await using directory = await prepared();
  const nats = join(directory.path, 'nats');
  const told = await init(directory.path, ['--tls']);
  const files = await allFiles(nats);
  const secret = [...files.keys()].filter(path => /\.nk$|-key\.pem$/.test(path));
  expect(secret).toHaveLength(actors.length + 3);
  for (const path of secret)
    expect([path, ((await stat(path)).mode & 0o777).toString(8)]).toEqual([path, '600']);
  expect(((await stat(nats)).mode & 0o777).toString(8)).toBe('700');
  const shown = told + [...files].filter(([path]) => !secret.includes(path)).join('');
  for (const path of secret.filter(one => one.endsWith('.nk'))) {
    const seed = (files.get(path) ?? '').trim();
    expect(seed).toMatch(/^SU[A-Z2-7]{56}$/);
    expect(shown).not.toContain(seed);
    expect(redact(`seed ${seed}`)).toBe('seed [redacted]');
  }
});

test('a file that is no key is told and left alone', async () => {
  await using directory = await temporaryDirectory();
  await init(directory.path, []);
  const path = join(directory.path, 'nats', 'recorder.nk');
  await writeFile(path, 'precious');
  await expect(init(directory.path, [])).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringContaining(path),
  });
  expect(await readFile(path, 'utf8')).toBe('precious');
});

test('a certificate that lacks a name is made anew by the same authority', async () => {
  await using directory = await prepared();
  const file = (name: string) => join(directory.path, 'nats', 'tls', name);
  const authority = await readFile(file('ca.pem'), 'utf8');
  const before = new X509Certificate(await readFile(file('server.pem')));
  expect(before.checkHost('daq7')).toBe('daq7');
  expect(before.checkHost('daq8')).toBeUndefined();
  await init(directory.path, ['--tls', '--server', 'daq8']);
  const after = new X509Certificate(await readFile(file('server.pem')));
  expect(after.checkHost('daq8')).toBe('daq8');
  expect(after.verify(new X509Certificate(authority).publicKey)).toBe(true);
  expect(await readFile(file('ca.pem'), 'utf8')).toBe(authority);
});

test('actors reach a server with TLS and keys by its authority, and not without', async () => {
  await using directory = await prepared();
  await init(directory.path, ['--tls']);
  const nkeys = join(directory.path, 'nats');
  const conf = join(nkeys, 'nats-access.conf');
  await using server = await natsServer({ access: JSON.parse(await readFile(conf, 'utf8')) as AccessConfig });
  const options = {
    servers: [`127.0.0.1:${server.port}`],
    experiment: 'test',
    name: 'x',
    replicas: 1,
    nkeys,
  };
  const refused = { code: 'NATS_AWAY', message: expect.stringContaining('not trusted') };
  await expect(openNats(options, silent, AbortSignal.timeout(5_000))).rejects.toMatchObject(refused);
  const tls = { ca: join(nkeys, 'tls', 'ca.pem') };
  await using operator = await openNats({ ...options, tls }, silent, AbortSignal.timeout(10_000));
  await using recorder = await openNats(
    { ...options, tls, as: 'recorder' },
    silent,
    AbortSignal.timeout(10_000),
  );
  expect([operator.connection.info?.tls_required, recorder.makesStreams]).toEqual([true, false]);
  const wrong = { ...tls, serverName: 'other.example.org' };
  await expect(
    openNats({ ...options, tls: wrong }, silent, AbortSignal.timeout(5_000)),
  ).rejects.toMatchObject(refused);
});

test('a server takes the file into its own configuration, also for an account beside others', async () => {
  await using directory = await prepared();
  const { path: binary } = await findNatsServer({
    env: process.env,
    log: silent,
    signal: new AbortController().signal,
  });
  const own = join(directory.path, 'nats-server.conf');
  await writeFile(own, 'port: 4222\njetstream {}\ninclude "nats/nats-access.conf"\n');
  for (const more of [['--tls'], ['--account', 'NUMI']]) {
    await init(directory.path, more);
    const { stderr } = await promisify(execFile)(binary, ['-t', '-c', own]);
    expect(stderr).toContain('is valid');
  }
});

test('a process that is told to use TLS says nothing to a server without it', async () => {
  await using directory = await prepared();
  await using server = await natsServer();
  const tls = { ca: join(directory.path, 'nats', 'tls', 'ca.pem') };
  const options = { servers: [server.url], experiment: 'test', name: 'x', replicas: 1, tls };
  await expect(openNats(options, silent, AbortSignal.timeout(5_000))).rejects.toMatchObject({
    code: 'NATS_AWAY',
    message: expect.stringContaining('has no TLS'),
  });
});
