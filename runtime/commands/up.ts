import { access, constants, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { pino } from 'pino';
import { SpillwayError } from '../../protocol/errors.ts';
import type { ActorDefinition } from '../actor.ts';
import { type Command, type CommandIo, ExitCode } from '../command.ts';
import { DEFAULT_CONFIG, loadConfig } from '../config/resolve.ts';
import type { Config } from '../config/schema.ts';
import { duration } from '../config/units.ts';
import { createLogger } from '../log.ts';
import { serveMetrics } from '../metrics.ts';
import { freePort } from '../up/ports.ts';
import { type CameraReport, isClean } from '../up/report.ts';
import { Session } from '../up/session.ts';
import { isTerminal, show } from '../up/show.ts';
import { Watch } from '../up/watch.ts';
import type { Pages } from '../verify/pages.ts';

const HELP = `Usage: spillway up [--config FILE] [--duration TIME] [--speed N] [--seed N] [--scenario FILE] [--report FILE]

Runs everything the configuration names on this machine: embedded services, every actor as a process of its own, and
the simulated front ends. What dies is started again. Shows what goes on: as a screen on a terminal, as a line every few
seconds elsewhere. The log is in log/spillway.log in the data directory. Ctrl-C stops everything, in order.

  --config FILE     configuration file (default ${DEFAULT_CONFIG})
  --duration TIME   stop after this long, e.g. 30s; then compare front end, streams, files and store
  --speed N         speed of the simulated beam: 1 is real time, 0 is as fast as spills are accepted
  --seed N          seed of the simulated beam: the same seed gives the same values
  --scenario FILE   what happens to the simulated beam, e.g. fixtures/scenarios/horn-trip.yaml
  --report FILE     write the comparison as JSON (with --duration)

Exit codes: 0 stopped, or all there once and alike; 1 something lost, doubled, different, dead-lettered or still on its
way; 2 command line or configuration; 3 something needed is away, or another Spillway has the data directory.

Example: spillway up --duration 30s --speed 10 --report report.json`;

export const upCommand = (actors: readonly ActorDefinition<unknown>[]): Command => ({
  help: HELP,
  async run(args, io) {
    const { values } = parseArgs({
      args: [...args],
      options: {
        config: { type: 'string', default: DEFAULT_CONFIG },
        duration: { type: 'string' },
        speed: { type: 'string' },
        seed: { type: 'string' },
        scenario: { type: 'string' },
        report: { type: 'string' },
      },
    });
    const durationMs = values.duration === undefined ? undefined : durationOf(values.duration);
    if (values.report !== undefined && durationMs === undefined) {
      throw new SpillwayError('USAGE', '--report needs --duration: the comparison is made at the end');
    }
    if (values.report !== undefined) await mustBeWritable(values.report);
    const simulator = [
      ['speed', numberOf('--speed', values.speed)],
      ['seed', numberOf('--seed', values.seed)],
      // Given on the command line, it is relative to where the user is.
      ['scenario', values.scenario === undefined ? undefined : resolve(values.scenario)],
    ] as const;
    const config = loadConfig(
      values.config,
      actors,
      Object.fromEntries(
        simulator.flatMap(([key, value]) =>
          value === undefined ? [] : [[`embedded.simulator.${key}`, value]],
        ),
      ),
    );
    return up(values.config, config, actors, { durationMs, report: values.report }, io);
  },
});

interface UpOptions {
  readonly durationMs: number | undefined;
  readonly report: string | undefined;
}

async function up(
  configPath: string,
  config: Config,
  actors: readonly ActorDefinition<unknown>[],
  { durationMs, report: reportPath }: UpOptions,
  { stdout, stderr, signal }: CommandIo,
): Promise<ExitCode> {
  const logPath = join(config.dataDirectory, 'log', 'spillway.log');
  const log = createLogger(config.log.level, pino.destination({ dest: logPath, mkdir: true }));
  const troubles: string[] = [];
  let onScreen = false;
  const onTrouble = (trouble: string) => {
    const line = `${new Date().toISOString().slice(11, 19)} ${trouble}`;
    troubles.push(line);
    if (troubles.length > 5) troubles.shift();
    if (!onScreen) stderr.write(`${line}\n`);
  };
  stdout.write('Spillway is starting …\n');
  const started = await Session.start({ configPath, config, actors, log, signal, onTrouble }).catch(
    (thrown: unknown) => {
      if (signal.aborted) return undefined;
      throw thrown;
    },
  );
  if (!started) return ExitCode.ok;
  await using session = started;
  const watch = new Watch(session.nats, Date.now);
  await using metrics = config.metrics
    ? await serveMetrics(`${config.metrics.host}:${await freePort(config.metrics.port)}`, () => watch.beats)
    : undefined;
  const addresses = [
    ...addressesOf(session.plan),
    ...(metrics ? [['metrics', metrics.url] as const] : []),
    ['beam files', join(config.dataDirectory, 'beam')] as const,
    ['log', logPath] as const,
  ];
  onScreen = isTerminal(stdout);
  using view = show(stdout, () => ({
    experiment: config.experiment,
    upMs: Date.now() - session.startedAtMs,
    versions: session.versions,
    addresses,
    spillsPerSecond: watch.spillsPerSecond,
    lastSpill: watch.lastSpill,
    eventsPerSecond: watch.eventsPerSecond,
    lastEvent: watch.lastEvent,
    beats: watch.beats,
    troubles,
  }));
  if (durationMs === undefined) {
    await new Promise<void>(resolve => signal.addEventListener('abort', () => resolve(), { once: true }));
    return ExitCode.ok;
  }
  const result = await session.measure(durationMs);
  view[Symbol.dispose]();
  if (reportPath !== undefined) await writeFile(reportPath, `${JSON.stringify(result, undefined, 2)}\n`);
  const { spills, lost, duplicated, different, deadLetters, spillsPerSecond } = result;
  const counts = Object.entries(spills).map(([stage, count]) => `${stage} ${count}`);
  stdout.write(
    `spills: ${counts.join(', ')}; ${spillsPerSecond}/s\n` +
      `lost ${lost}, duplicated ${duplicated}, different ${different}, dead letters ${deadLetters}\n` +
      (result.camera ? cameraLine(result.camera) : '') +
      (result.pages ? pagesLine(result.pages) : '') +
      result.unsettled.map(line => `not settled: ${line}\n`).join(''),
  );
  return isClean(result) ? ExitCode.ok : ExitCode.found;
}

const cameraLine = ({ counts, missing, doubled, different, latencyMs }: CameraReport): string =>
  `camera: ${Object.entries(counts)
    .map(([stage, count]) => `${stage} ${count}`)
    .join(', ')}; missing ${missing}, doubled ${doubled}, different ${different}; ` +
  `from the picture to its result p50 ${Math.round(latencyMs.reconstructed.p50)} ms, p99 ${Math.round(latencyMs.reconstructed.p99)} ms\n`;

const pagesLine = ({ raised, notices, received, missing, doubled, latencyMs }: Pages): string =>
  `alarms raised ${raised}, messages sent ${notices}, received ${received}, missing ${missing.length}, ` +
  `doubled ${doubled.length}; from the device to the receiver at most ${Math.round(latencyMs.max)} ms\n`;

function addressesOf(plan: Session['plan']): (readonly [string, string])[] {
  const local = (port: number) => `http://127.0.0.1:${port}`;
  return [
    ...(plan.nats ? [['NATS', `nats://127.0.0.1:${plan.nats.port}`] as const] : []),
    ...(plan.clickhouse
      ? [['ClickHouse', `${local(plan.clickhouse.port)}  (user grafana reads)`] as const]
      : []),
    ...(plan.camera ? [['camera', `${local(plan.camera.port)}/status`] as const] : []),
    ...(plan.simulator ? [['front end', `${local(plan.simulator.port)}/xmlrpc/Accelerator`] as const] : []),
    ...(plan.gatewayPort ? [['shift page', local(plan.gatewayPort)] as const] : []),
    ...(plan.receiver ? [['pages', `${local(plan.receiver.port)}  (stands in for chat)`] as const] : []),
    ...(plan.rotorooterPort ? [['rotorooter', `127.0.0.1:${plan.rotorooterPort}`] as const] : []),
  ];
}

function durationOf(text: string): number {
  const parsed = duration().safeParse(text);
  if (parsed.success) return parsed.data;
  throw new SpillwayError(
    'USAGE',
    `--duration ${text}: ${parsed.error.issues[0]?.message ?? 'is not understood'}`,
  );
}

/** A report that cannot be written is better known before the run than after it. */
async function mustBeWritable(path: string): Promise<void> {
  try {
    await access(dirname(path), constants.W_OK);
  } catch (cause) {
    throw new SpillwayError('USAGE', `--report ${path}: the directory is not there or not writable`, {
      cause,
    });
  }
}

function numberOf(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value) && value >= 0) return value;
  throw new SpillwayError('USAGE', `${option} takes a number from 0 up, not ${text}`);
}
