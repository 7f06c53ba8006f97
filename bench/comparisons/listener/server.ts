import { type GuardedProcess, startGuarded } from '../../../runtime/supervisor/guarded-process.ts';
import { formatExit } from '../../../runtime/supervisor/service.ts';

export interface Server extends AsyncDisposable {
  readonly pid: number;
  /** What `found` made of its output. */
  readonly told: string;
}

/**
 * Starts a program that serves and waits for what it says once it does.
 * @param found what is wanted from a line of either output, e.g. the URL; undefined for other lines
 * @throws Error with its last words when it ends before
 */
export async function startServer(
  command: string,
  args: readonly string[],
  found: (line: string) => string | undefined,
): Promise<Server> {
  let last = '';
  const ready = Promise.withResolvers<string>();
  const process: GuardedProcess = startGuarded({
    command,
    args,
    graceMs: 5000,
    onLine(line) {
      last = line;
      const told = found(line);
      if (told !== undefined) ready.resolve(told);
    },
  });
  const ended = process.exited.then(exit => {
    throw new Error(`${command} ${args.join(' ')}: ${formatExit(exit)}: ${exit.detail || last}`);
  });
  ended.catch(() => {});
  const told = await Promise.race([ready.promise, ended]);
  return { pid: process.pid, told, [Symbol.asyncDispose]: () => process.stop() };
}
