import type { CommandIo, ExitCode } from '../../command.ts';

/** One word of `spillway auth WORD`. */
export interface AuthVerb {
  readonly name: string;
  /** @param args what follows the word */
  run(args: readonly string[], io: CommandIo): Promise<ExitCode>;
}
