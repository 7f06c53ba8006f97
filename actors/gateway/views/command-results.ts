import type { CommandResult } from '../../../protocol/messages/alarm-command.ts';

/** How many results are remembered for whoever asks later. */
const KEPT = 10_000;

/** What became of the latest commands, whoever gave them. */
export class CommandResults {
  readonly #results = new Map<string, CommandResult>();

  see(result: CommandResult): void {
    this.#results.set(result.command, result);
    const [oldest] = this.#results.keys();
    if (this.#results.size > KEPT && oldest !== undefined) this.#results.delete(oldest);
  }

  find(command: string): CommandResult | undefined {
    return this.#results.get(command);
  }
}
