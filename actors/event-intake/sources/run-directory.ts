import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock, Milliseconds } from '../../../protocol/time.ts';
import { isCompressed, runInName } from './run-name.ts';

/** A run file of a directory. */
export interface RunFile {
  readonly run: number;
  readonly path: string;
  readonly compressed: boolean;
}

/** File systems tell the time of a change no finer than this, so that one after a look may seem to be before it. */
const COARSE_MS: Milliseconds = 2_000;

/** The run files of a directory, one per run. A directory is read again only when it has changed: there may be 100,000 files. */
export class RunDirectory {
  readonly #path: string;
  readonly #clock: Clock;
  #files: readonly RunFile[] = [];
  #changedAt: Milliseconds = Number.NEGATIVE_INFINITY;
  #lookedAt: Milliseconds = Number.NEGATIVE_INFINITY;

  constructor(path: string, clock: Clock) {
    this.#path = path;
    this.#clock = clock;
  }

  /** In the order of runs. @throws the error of the file system, e.g. where the directory is not there (yet) */
  async files(): Promise<readonly RunFile[]> {
    const { mtimeMs } = await stat(this.#path);
    if (mtimeMs === this.#changedAt && this.#lookedAt - mtimeMs > COARSE_MS) return this.#files;
    this.#lookedAt = this.#clock();
    this.#changedAt = mtimeMs;
    this.#files = runFiles(await readdir(this.#path), this.#path);
    return this.#files;
  }
}

/** A run that is being compressed has two files, and only the uncompressed one is whole until it goes. */
export function runFiles(names: readonly string[], directory: string): RunFile[] {
  const files = new Map<number, RunFile>();
  for (const name of names) {
    const run = runInName(name);
    if (run === undefined) continue;
    const file = { run, path: join(directory, name), compressed: isCompressed(name) };
    if (files.get(run)?.compressed !== false) files.set(run, file);
  }
  return [...files.values()].toSorted((a, b) => a.run - b.run);
}
