import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect } from '@nats-io/transport-node';
import { expect, test } from 'vitest';
import { health } from '../../protocol/messages/health.ts';
import { Addresses, addressesPath } from '../../runtime/config/resolve.ts';
import { STAGES } from '../../runtime/verify/compare.ts';
import { temporaryDirectory } from '../helpers/temporary-directory.ts';
import { until } from '../helpers/until.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** The demo's configuration on free ports and in a directory of its own. */
async function demoIn(directory: string): Promise<string> {
  const text = await readFile(join(ROOT, 'spillway.yaml'), 'utf8');
  const path = join(directory, 'spillway.yaml');
  const own = text
    .replace('dataDirectory: data', `dataDirectory: ${JSON.stringify(join(directory, 'data'))}`)
    .replaceAll(/port: \d+/g, 'port: 0')
    .replaceAll('fixtures/', `${ROOT}/fixtures/`);
  await writeFile(path, own);
  return path;
}

function spillway(...args: string[]): ChildProcess & { readonly output: () => string } {
  const child = spawn(process.execPath, [join(ROOT, 'main.ts'), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', chunk => (output += String(chunk)));
  return Object.assign(child, { output: () => output });
}

const exitCode = async (child: ChildProcess): Promise<unknown> =>
  child.exitCode ?? (await once(child, 'exit'))[0];

interface Report {
  readonly spills: Record<string, number>;
  readonly [figure: string]: unknown;
}

const readReport = async (path: string): Promise<Report> => JSON.parse(await readFile(path, 'utf8'));

/** Pids of the actors by name, from their heartbeats, and of nats-server, from the log. */
async function pidsOf(directory: string, names: readonly string[]): Promise<Map<string, number>> {
  const data = join(directory, 'data');
  let servers: string[] = [];
  await until(
    async () => {
      const { overrides } = Addresses.parse(JSON.parse(await readFile(addressesPath(data), 'utf8')));
      servers = (overrides['nats'] as { servers: string[] }).servers;
      await (await connect({ servers, timeout: 500 })).close();
      return true;
    },
    { timeoutMs: 30_000, what: 'NATS' },
  );
  const nats = await connect({ servers });
  const pids = new Map<string, number>();
  nats.subscribe('numi.health.>', {
    callback: (_error, message) => {
      const beat = health.decode(message.data);
      if (beat.state === 'running') pids.set(beat.actor, beat.pid);
    },
  });
  await until(() => names.every(name => pids.has(name)), { timeoutMs: 30_000, what: names.join(', ') });
  await nats.close();
  const log = await readFile(join(data, 'log', 'spillway.log'), 'utf8');
  const server = log.split('\n').find(line => line.includes('nats-server is ready')) ?? '{}';
  pids.set('nats-server', (JSON.parse(server) as { pid: number }).pid);
  return pids;
}

test('a run from start to end finds every spill at every stage, once and alike', async () => {
  await using directory = await temporaryDirectory();
  const config = await demoIn(directory.path);
  const report = join(directory.path, 'report.json');
  const run = spillway('up', '--config', config, '--duration', '6s', '--speed', '10', '--report', report);
  expect(await exitCode(run), run.output()).toBe(0);
  const result = await readReport(report);
  expect(result).toMatchObject({ lost: 0, duplicated: 0, different: 0, deadLetters: 0, unsettled: [] });
  expect(result.spills['stored']).toBeGreaterThan(10);
  expect(new Set(STAGES.map(stage => result.spills[stage])).size).toBe(1);
}, 90_000);

test('recorder, packer, feed, rotorooter, beam monitor and NATS server killed with SIGKILL: nothing lost, nothing doubled', async () => {
  await using directory = await temporaryDirectory();
  const config = await demoIn(directory.path);
  const report = join(directory.path, 'report.json');
  const victims = ['recorder', 'spill-packer', 'rotorooter-feed', 'rotorooter', 'beam-monitor'];
  const run = spillway('up', '--config', config, '--duration', '15s', '--speed', '20', '--report', report);
  const pids = await pidsOf(directory.path, victims);
  for (const pid of pids.values()) process.kill(pid, 'SIGKILL');
  expect(await exitCode(run), run.output()).toBe(0);
  const result = await readReport(report);
  expect(Object.keys(result['restarts'] as object)).toEqual(
    expect.arrayContaining([...victims, 'nats-server']),
  );
  expect(result).toMatchObject({ lost: 0, duplicated: 0, different: 0, deadLetters: 0, unsettled: [] });
  expect(result.spills['stored']).toBeGreaterThan(50);
  expect(new Set(STAGES.map(stage => result.spills[stage])).size).toBe(1);
}, 180_000);

test('a second start beside the first is refused with a code, and the first goes on', async () => {
  await using directory = await temporaryDirectory();
  const config = await demoIn(directory.path);
  const first = spillway('up', '--config', config);
  await pidsOf(directory.path, ['recorder']);
  const second = spillway('up', '--config', config);
  expect(await exitCode(second)).toBe(3);
  expect(second.output()).toContain('DATA_DIRECTORY_BUSY');
  const check = spillway('dead', 'list', '--config', config);
  expect(await exitCode(check), check.output()).toBe(0);
  first.kill('SIGTERM');
  expect(await exitCode(first), first.output()).toBe(0);
}, 90_000);
