import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import type { Absent } from './comparison.ts';

const run = promisify(execFile);

/** Something that may not be here: what it is, or why it is not and how to have it. */
export type Found<T> = { readonly found: T } | Omit<Absent, 'name'>;

/**
 * What a command prints, trimmed; both outputs, since versions are told on either.
 * @param install how to have it, for whoever lacks it
 */
export async function ask(command: string, args: readonly string[], install: string): Promise<Found<string>> {
  try {
    const { stdout, stderr } = await run(command, args, { timeout: 30_000 });
    return { found: (stdout + stderr).trim() };
  } catch (error) {
    return { absent: lastLine(error), install };
  }
}

/**
 * A program from C, by `cc -O2`.
 * @param source path of the `.c` file
 * @param flags behind the source, e.g. libraries
 * @returns the program's path
 */
export async function compileC(
  source: string,
  into: string,
  { flags = [], install }: { readonly flags?: readonly string[]; readonly install: string },
): Promise<Found<string>> {
  const path = join(into, basename(source, '.c'));
  try {
    await mkdir(into, { recursive: true });
    await run('cc', ['-O2', '-I', import.meta.dirname, '-o', path, source, ...flags], { timeout: 120_000 });
    return { found: path };
  } catch (error) {
    return { absent: lastLine(error), install };
  }
}

/** Where packages of npm that only benchmarks want are installed, away from the project's own. */
export const NPM_PEERS = join(import.meta.dirname, '../../.cache/bench');

const lastLine = (error: unknown): string => {
  const text = error instanceof Error ? error.message : String(error);
  return text.trim().split('\n').at(-1) ?? text;
};
