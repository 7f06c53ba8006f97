import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ConnectionOptions, connect } from '@nats-io/transport-node';
import { parseDocument } from 'yaml';
import { type Health, health } from '../../protocol/messages/health.ts';
import { Addresses, addressesPath, type Overrides } from '../../runtime/config/resolve.ts';
import { connectionOptions } from '../../runtime/nats-access/credentials.ts';
import { OPERATOR } from '../../runtime/nats-access/user.ts';
import { until } from './until.ts';

export const ROOT = join(import.meta.dirname, '..', '..');

const ALARMS = join(ROOT, 'alarms');

/** What the demo has for its camera: five more processes and full pictures, so only for tests that are about them. */
const CAMERA_PARTS = [
  ['eventStore'],
  ['embedded', 'camera'],
  ...['event-intake', 'pedestal-maker', 'sentinel', 'run-summary', 'buffer-keeper'].map(actor => [
    'actors',
    actor,
  ]),
];

/** The demo's configuration on free ports and in a directory of its own; `change` may edit its text. */
export async function demoIn(
  directory: string,
  change: (text: string) => string = text => text,
  { camera = false } = {},
): Promise<string> {
  const document = parseDocument(await readFile(join(ROOT, 'spillway.yaml'), 'utf8'));
  for (const part of camera ? [] : CAMERA_PARTS) document.deleteIn(part);
  const path = join(directory, 'spillway.yaml');
  const own = document
    .toString({ lineWidth: 0 })
    .replace('dataDirectory: data', `dataDirectory: ${JSON.stringify(join(directory, 'data'))}`)
    .replaceAll(/port: \d+/g, 'port: 0')
    // Without a port it is the default one: two systems that start at once would both choose it.
    .replace('rotorooter: {}', 'rotorooter: { port: 0 }')
    .replace(
      'rules: alarms',
      `rules: ${JSON.stringify(camera ? ALARMS : [`${ALARMS}/numi.yaml`, `${ALARMS}/spillway.yaml`])}`,
    )
    .replaceAll('fixtures/', `${ROOT}/fixtures/`);
  await writeFile(path, change(own));
  return path;
}

export interface RunningCommand extends ChildProcess, AsyncDisposable {
  /** Both outputs so far. */
  readonly output: () => string;
}

/** A command of ours as a process of its own; at the end of a scope it is told to stop, and waited for. */
export function spillway(...args: string[]): RunningCommand {
  const child = spawn(process.execPath, [join(ROOT, 'main.ts'), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', chunk => (output += String(chunk)));
  return Object.assign(child, {
    output: () => output,
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      await exitCode(child);
    },
  });
}

/** Waits for the end of a process. */
export const exitCode = async (child: ChildProcess): Promise<unknown> =>
  child.exitCode ?? child.signalCode ?? (await once(child, 'exit'))[0];

/** Waits for the end of a command; any exit code but the given one fails the test with what the command said. */
export async function endsWith(command: RunningCommand, code: number): Promise<void> {
  const actual = await exitCode(command);
  if (actual !== code) throw new Error(`it ended with ${String(actual)}, not ${code}:\n${command.output()}`);
}

export interface Report {
  readonly spills: Record<string, number>;
  readonly [figure: string]: unknown;
}

export const readReport = async (path: string): Promise<Report> => JSON.parse(await readFile(path, 'utf8'));

/** What `spillway up` has put over the configuration of `directory`: the addresses of its services. */
export async function addressesIn(directory: string): Promise<Overrides> {
  return Addresses.parse(JSON.parse(await readFile(addressesPath(join(directory, 'data')), 'utf8')))
    .overrides;
}

/** How an operator connects to NATS, once that is possible. */
export async function natsIn(directory: string, experiment = 'numi'): Promise<ConnectionOptions> {
  let options: ConnectionOptions = {};
  await until(
    async () => {
      const { servers, nkeys } = (await addressesIn(directory))['nats'] as Record<
        'servers' | 'nkeys',
        string
      >;
      options = { servers, ...connectionOptions({ nkeys }, experiment, OPERATOR) };
      await (await connect({ ...options, timeout: 500 })).close();
      return true;
    },
    { timeoutMs: 30_000, what: 'NATS' },
  );
  return options;
}

/** The latest heartbeat of every actor, for as long as this lives. */
export async function heartbeats(
  options: ConnectionOptions,
  experiment = 'numi',
): Promise<ReadonlyMap<string, Health> & AsyncDisposable> {
  const nats = await connect(options);
  const beats = new Map<string, Health>();
  nats.subscribe(`${experiment}.health.>`, {
    callback: (_error, message) => {
      const beat = health.decode(message.data);
      beats.set(beat.actor, beat);
    },
  });
  return Object.assign(beats, { [Symbol.asyncDispose]: () => nats.close() });
}

/** Pids of the actors by name, from their heartbeats, and of nats-server, from the log. */
export async function pidsOf(directory: string, names: readonly string[]): Promise<Map<string, number>> {
  await using beats = await heartbeats(await natsIn(directory));
  await until(() => names.every(name => beats.get(name)?.state === 'running'), {
    timeoutMs: 30_000,
    what: names.join(', '),
  });
  const pids = new Map(names.map(name => [name, beats.get(name)?.pid ?? 0]));
  const log = await readFile(join(directory, 'data', 'log', 'spillway.log'), 'utf8');
  const server = log.split('\n').find(line => line.includes('nats-server is ready')) ?? '{}';
  pids.set('nats-server', (JSON.parse(server) as { pid: number }).pid);
  return pids;
}
