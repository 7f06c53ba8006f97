import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import type { Contender, Round } from './comparison.ts';
import { whileUsing } from './usage.ts';

export interface Program {
  /** As in the table, with its version. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** How long it is to work for one round. */
  readonly roundMs: number;
  /**
   * By which clock the rate is told: that of the wall (the default), or the processor time of all its threads, for work in one
   * process that never waits. Then others on the same cores take nothing from the figure.
   */
  readonly clock?: 'wall' | 'processor';
  /** False where it has none to give, e.g. because it is a limit. */
  readonly answers?: boolean;
  readonly signal: AbortSignal;
}

const RoundLine = z.object({
  figure: z.number().positive(),
  cpuSeconds: z.number().nonnegative().optional(),
  peakBytes: z.number().positive().optional(),
});

/** Bytes of what a program says on stderr that an error tells, the last ones. */
const LAST_WORDS = 2000;

/**
 * A contender in a process of its own, in any language. It speaks lines:
 *
 *     stdin           stdout
 *     answer          one line: what it makes of the input
 *     round 500 wall  one line of JSON, `{"figure": 1234.5}`, after having worked for about 500 ms; `processor` for `wall`
 *                     asks for the rate by processor time
 *
 * and ends when stdin does. `line-protocol.{ts,h,py}` do all this but the work itself. Processor time and memory are read from
 * outside, unless the line tells `cpuSeconds` and `peakBytes`, e.g. of a server that the program drives.
 */
export function program(options: Program): Contender {
  const { name, command, args, env, roundMs, clock = 'wall', answers = true, signal } = options;
  const child = spawn(command, args, {
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
    signal,
  });
  let lastWords = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    lastWords = (lastWords + text).slice(-LAST_WORDS);
  });
  let failure: Error | undefined;
  child.on('error', error => (failure = error));
  // A program that has gone is told by the line that does not come.
  child.stdin.on('error', () => {});
  const closed = once(child, 'close').catch(() => {});
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();

  async function ask(question: string): Promise<string> {
    child.stdin.write(`${question}\n`);
    const { done, value } = await lines.next();
    if (done !== true) return value;
    await closed;
    const how = failure?.message ?? `it ended with ${child.exitCode ?? child.signalCode}`;
    throw new Error(`${name}, asked "${question}": ${how}${lastWords === '' ? '' : `\n${lastWords.trim()}`}`);
  }

  return {
    name,
    ...(answers && { answer: () => ask('answer') }),
    async round(): Promise<Round> {
      const { result, usage } = await whileUsing(child.pid === undefined ? [] : [child.pid], () =>
        ask(`round ${roundMs} ${clock}`),
      );
      const told = RoundLine.parse(JSON.parse(result));
      const cpuSeconds = told.cpuSeconds ?? usage?.cpuSeconds;
      const peakBytes = told.peakBytes ?? usage?.peakBytes;
      return {
        figure: told.figure,
        ...(cpuSeconds !== undefined && { cpuSeconds }),
        ...(peakBytes !== undefined && { peakBytes }),
      };
    },
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      const late = setTimeout(() => child.kill('SIGKILL'), 2000);
      await closed;
      clearTimeout(late);
    },
  };
}
