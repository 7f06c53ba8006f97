import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type ErrorCode, SpillwayError } from '../protocol/errors.ts';
import type { Clock } from '../protocol/time.ts';

/** SQLite result code for "another connection holds the lock" (sqlite.org/rescode.html#busy). */
const SQLITE_BUSY = 5;

export interface LockOptions {
  readonly clock: Clock;
  /** Who locks, for the file names: `<name>.lock`. */
  readonly name?: string;
  /** Code of the error when the directory is taken. */
  readonly code?: ErrorCode;
}

/**
 * Takes a directory for this process alone, until the lock is disposed of or the process ends in whatever way.
 *
 * It is a lock of the kernel, on `<name>.lock`: it is gone with its holder, so there is no stale lock to judge and
 * take over, no pid to mistake for another's, no race. Node has no call for one, but its built-in SQLite takes one. The
 * lock file stays; `<name>.holder` beside it is for the error message only.
 * @throws SpillwayError DATA_DIRECTORY_BUSY (or `code`) naming the holder's pid and since when it runs.
 */
export async function lockDirectory(directory: string, options: LockOptions): Promise<AsyncDisposable> {
  const { clock, name = 'spillway', code = 'DATA_DIRECTORY_BUSY' } = options;
  const holder = join(directory, `${name}.holder`);
  const database = new DatabaseSync(join(directory, `${name}.lock`));
  try {
    // Nothing is ever written, so it needs no journal file; the lock lasts as long as the transaction.
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
  } catch (cause) {
    database.close();
    if (!isBusy(cause)) throw new Error(`cannot lock ${directory}`, { cause });
    throw new SpillwayError(code, `${directory} is in use${await describe(holder)}`, { cause });
  }
  const since = new Date(clock()).toISOString();
  await writeFile(`${holder}.new`, `pid ${process.pid} since ${since}\n`);
  await rename(`${holder}.new`, holder);
  return {
    async [Symbol.asyncDispose]() {
      await rm(holder, { force: true });
      database.close();
    },
  };
}

const isBusy = (error: unknown): boolean =>
  error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY;

/** The holder may not have written its line yet. */
async function describe(holder: string): Promise<string> {
  const text = await readFile(holder, 'utf8').catch(() => '');
  return text === '' ? '' : ` by ${text.trim()}`;
}
