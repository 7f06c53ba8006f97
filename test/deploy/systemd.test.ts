import { execFile } from 'node:child_process';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { actors } from '../../actors/index.ts';
import { duration } from '../../runtime/config/units.ts';
import { ROOT, spillway } from '../helpers/spillway.ts';
import { temporaryDirectory } from '../helpers/temporary-directory.ts';

const run = promisify(execFile);
const FOLDER = join(ROOT, 'deploy', 'systemd');
const TEMPLATE = await readFile(join(FOLDER, 'spillway@.service'), 'utf8');

/** Values of a key of a unit, in order. */
const valuesOf = (unit: string, key: string): string[] =>
  [...unit.matchAll(new RegExp(`^${key}=(.*)$`, 'gm'))].map(([, value = '']) => value);

/** The units with programs that are on every machine, as files that systemd-analyze takes. */
async function units(directory: string): Promise<string[]> {
  const paths: string[] = [];
  for (const [name, from] of [
    ['spillway@recorder.service', TEMPLATE],
    ['nats-server.service', await readFile(join(FOLDER, 'nats-server.service'), 'utf8')],
  ] as const) {
    const path = join(directory, name);
    await writeFile(
      path,
      from.replace(/^(ExecStart=)\S+/m, '$1/bin/true').replace(/^WorkingDirectory=.*$/m, ''),
    );
    paths.push(path);
  }
  await copyFile(join(FOLDER, 'spillway.target'), join(directory, 'spillway.target'));
  return paths;
}

const analyze = (...args: string[]) =>
  run('systemd-analyze', args).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });

test('systemd understands the units, and finds little that they may do', async ({ skip }) => {
  await using directory = await temporaryDirectory();
  const paths = await units(directory.path);
  const verified = await analyze('verify', '--man=no', ...paths);
  if (!verified) {
    skip('no systemd-analyze on this machine');
    return;
  }
  expect(verified.stderr).toBe('');
  for (const path of paths) {
    // From 0, nothing, to 10, everything; it fails above what it is given, in tenths.
    const judged = await analyze('security', '--offline=true', '--threshold=15', path);
    expect(judged?.stdout).toContain('Overall exposure level');
  }
});

test('every actor can be an instance: the command line is one of ours', async () => {
  const [line = ''] = valuesOf(TEMPLATE, 'ExecStart');
  const [, main, ...args] = line.split(' ');
  expect(main).toBe('/opt/spillway/main.ts');
  expect(args).toEqual(['run', '%i', '--config', '/etc/spillway/spillway.yaml']);
  // Names of instances that systemd would escape are not those of files.
  for (const { name } of actors) expect(name).toMatch(/^[a-z]+(?:-[a-z]+)*$/);
});

test('the configuration beside the units finds its secrets where the units put them, and drains in time', async () => {
  await using directory = await temporaryDirectory();
  const credentials = join(directory.path, 'credentials');
  await mkdir(credentials);
  for (const credential of valuesOf(TEMPLATE, 'LoadCredential'))
    await writeFile(join(credentials, credential.split(':')[0] ?? ''), 'secret\n');
  const text = await readFile(join(FOLDER, 'spillway.yaml'), 'utf8');
  const path = join(directory.path, 'spillway.yaml');
  await writeFile(path, text.replaceAll('/opt/spillway', ROOT));
  const env = { CREDENTIALS_DIRECTORY: credentials };
  const { stderr, code } = await spillway(['check', '--config', path], { env });
  expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
  const config = z.looseObject({ dataDirectory: z.string(), drain: duration() }).parse(parse(text));
  expect(valuesOf(TEMPLATE, 'ReadWritePaths')).toEqual([config.dataDirectory]);
  expect(config.drain).toBeLessThan(1000 * Number(valuesOf(TEMPLATE, 'TimeoutStopSec')[0]));
});

test('NATS beside it syncs before it acknowledges, and keeps its streams where it may write', async () => {
  const nats = await readFile(join(FOLDER, 'nats.conf'), 'utf8');
  expect(nats).toMatch(/^\s*sync_interval: always$/m);
  const unit = await readFile(join(FOLDER, 'nats-server.service'), 'utf8');
  expect(/store_dir: (\S+)/.exec(nats)?.[1]).toBe(valuesOf(unit, 'ReadWritePaths')[0]);
});
