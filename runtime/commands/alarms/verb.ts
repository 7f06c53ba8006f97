import { SpillwayError } from '../../../protocol/errors.ts';
import type { CommandIo, ExitCode } from '../../command.ts';
import type { ResolvedConfig } from '../../config/resolve.ts';
import { duration } from '../../config/units.ts';
import type { Nats } from '../../host/nats.ts';

/** One word of `spillway alarms WORD`. */
export interface AlarmVerb {
  readonly name: string;
  /** What stands behind the name in the help. */
  readonly usage: string;
  readonly summary: string;
  /** @throws SpillwayError, or what `parseArgs` throws; `main.ts` prints both. */
  run(args: readonly string[], io: CommandIo, system: AlarmSystem): Promise<ExitCode>;
}

/** What a verb may reach. Nothing is read or connected to before it asks, so that a wrong word is told first. */
export interface AlarmSystem {
  /** @throws SpillwayError CONFIG_*, NATS_AWAY */
  config(path: string): ResolvedConfig;
  /** The caller disposes of it. @throws SpillwayError CONFIG_*, NATS_AWAY */
  connect(path: string): Promise<Nats>;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** Who gives commands unless `--by` says so: the user of this terminal. */
  readonly user: string;
  readonly host: string;
}

/** The one operand that is needed. @throws SpillwayError USAGE */
export function single(operands: readonly string[], what: string): string {
  const [first, ...others] = operands;
  if (first === undefined || others.length > 0) throw new SpillwayError('USAGE', `give one ${what}`);
  return first;
}

/** `2h` as milliseconds. @throws SpillwayError USAGE */
export function durationOf(option: string, text: string | undefined): number {
  const parsed = duration().safeParse(text);
  if (parsed.success) return parsed.data;
  throw new SpillwayError(
    'USAGE',
    `${option} ${text ?? ''}: ${parsed.error.issues[0]?.message ?? 'no time'}`,
  );
}
