import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { ROOT } from '../helpers/system.ts';

/** A script of this project as a process of its own. */
export const node = (...args: readonly string[]): ChildProcess =>
  spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });

/** Waits for the end of a process. */
export async function endOf(
  child: ChildProcess,
): Promise<{ readonly code: unknown; readonly output: string }> {
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', chunk => (output += String(chunk)));
  const [code] = (await once(child, 'close')) as [unknown];
  return { code, output };
}
