import { spawnSync } from 'node:child_process';
import { cpus, loadavg, platform, release, totalmem } from 'node:os';
import { pino } from 'pino';
import packageJson from '../../package.json' with { type: 'json' };
import { findNatsServer } from '../../runtime/embedded/nats/fetch.ts';
import { VERSION } from '../../runtime/version.ts';

/** On what it was measured, without which a figure means nothing. */
export interface Machine {
  readonly cores: number;
  readonly model: string;
  readonly memoryBytes: number;
  readonly kernel: string;
  /** Load average of the last minute before the first round: well above 0 others were using the machine too. */
  readonly load: number;
}

export const machine = (): Machine => ({
  cores: cpus().length,
  model: cpus()[0]?.model.trim() ?? 'unknown',
  memoryBytes: totalmem(),
  kernel: `${platform()} ${release()}`,
  load: loadavg()[0] ?? 0,
});

/** Of what everything runs on; a contender tells its own in its name. */
export const versions = async (signal: AbortSignal): Promise<Record<string, string>> => ({
  spillway: VERSION,
  node: process.version,
  v8: process.versions.v8,
  'nats-server': (await findNatsServer({ env: process.env, log: pino({ level: 'warn' }), signal })).version,
  chdb: packageJson.optionalDependencies.chdb,
  ...versionOf('python', 'python3', ['--version']),
  ...versionOf('cc', 'cc', ['--version']),
});

/** What a program says of its version, on its first line; nothing where it is not installed. */
function versionOf(name: string, command: string, args: readonly string[]): Record<string, string> {
  const { status, stdout } = spawnSync(command, args, { encoding: 'utf8' });
  const line = status === 0 ? stdout.trim().split('\n')[0] : undefined;
  return line === undefined ? {} : { [name]: line };
}
