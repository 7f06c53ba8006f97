/** Exit codes of every command; scripts match on them. */
export const ExitCode = {
  ok: 0,
  /** The command ran and found something wrong: a loss, a bad checksum, a dead letter. */
  found: 1,
  /** The command line or the configuration is not understood. */
  usage: 2,
  /** Something the command needs is away: NATS, the store, a file. */
  unavailable: 3,
} as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** Where a command reads and writes; tests pass their own. */
export interface CommandIo {
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborts on SIGINT or SIGTERM. */
  readonly signal: AbortSignal;
}

/** What stands behind one word of `spillway WORD`. Arguments are read with `node:util` `parseArgs`. */
export interface Command {
  /** Printed by `spillway WORD --help`: usage line, options with defaults, exit codes, an example. */
  readonly help: string;
  /** @throws SpillwayError; `main.ts` prints it and turns USAGE and CONFIG_* into exit code 2. */
  run(args: readonly string[], io: CommandIo): Promise<ExitCode>;
}
