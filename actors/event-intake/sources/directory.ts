import { stat } from 'node:fs/promises';
import type { Milliseconds } from '../../../protocol/time.ts';
import { pause } from '../../../runtime/host/back-off.ts';
import type { Intake } from '../run/intake.ts';
import { closeRun, knownRuns } from '../run/unended.ts';
import { RunDirectory, type RunFile } from './run-directory.ts';
import { takeFile } from './take-file.ts';

/** Takes the runs of a directory in the order of their numbers, those that come as they grow, until the signal aborts. */
export async function followDirectory(intake: Intake, path: string): Promise<void> {
  const { signal, patience, config } = intake;
  const follower = new Follower(intake, path);
  await patience.keepTrying('the runs that are known', () => follower.recall());
  const measuring = follower.measure();
  while (!signal.aborted) {
    const took = await patience.keepTrying(path, () => follower.takeNext());
    if (!took) await pause(config.poll, signal);
  }
  await measuring;
}

class Follower {
  readonly #intake: Intake;
  readonly #directory: RunDirectory;
  /** Runs of which nothing more is to be taken. */
  readonly #done = new Set<number>();
  /** Sizes of files that do not grow: all but the last. */
  readonly #sizes = new Map<string, number>();
  #current: { readonly path: string; readBytes: number } | undefined;

  constructor(intake: Intake, path: string) {
    this.#intake = intake;
    this.#directory = new RunDirectory(path, intake.context.clock);
  }

  /** Learns which runs earlier lives have taken, and ends those whose files have gone meanwhile. */
  async recall(): Promise<void> {
    const files = await this.#directory.files();
    const { ended, open } = await knownRuns(this.#intake);
    for (const run of ended) this.#done.add(run);
    const there = new Set(files.map(({ run }) => run));
    const last = files.at(-1)?.run ?? 0;
    for (const begin of open)
      if (!there.has(begin.run) && begin.run < last)
        await closeRun(this.#intake, begin, `${begin.source} is not there any more, and later runs are`);
  }

  /** @returns whether there was one */
  async takeNext(): Promise<boolean> {
    const next = (await this.#waiting())[0];
    if (!next) return false;
    const current = { path: next.path, readBytes: 0 };
    this.#current = current;
    const run = await takeFile(this.#intake, {
      path: next.path,
      over: () => this.#isOver(next),
      onRead: bytes => (current.readBytes = bytes),
    });
    this.#done.add(next.run);
    if (run !== undefined) this.#done.add(run);
    this.#sizes.delete(next.path);
    return true;
  }

  /** Keeps the figure of how much is still to be read. */
  async measure(): Promise<void> {
    const { signal, config, figures } = this.#intake;
    for (; !signal.aborted; await pause(config.poll, signal))
      figures.lagBytes = await this.#lag().catch(() => figures.lagBytes);
  }

  async #lag(): Promise<number> {
    const waiting = await this.#waiting();
    let bytes = 0;
    for (const { path } of waiting) {
      const grows = path === waiting.at(-1)?.path || path === this.#current?.path;
      const size = (grows ? undefined : this.#sizes.get(path)) ?? (await stat(path)).size;
      if (!grows) this.#sizes.set(path, size);
      bytes += size - (path === this.#current?.path ? Math.min(size, this.#current.readBytes) : 0);
    }
    return bytes;
  }

  async #waiting(): Promise<readonly RunFile[]> {
    const files = await this.#directory.files();
    return files.filter(({ run }) => run >= this.#intake.config.firstRun && !this.#done.has(run));
  }

  /**
   * A run is over when a later one has been written to after it: a file with a higher number alone may be one that was left
   * here. Nothing appends to a compressed file but whoever copies it.
   */
  async #isOver({ run, path, compressed }: RunFile): Promise<boolean> {
    const last = (await this.#directory.files()).at(-1);
    const writtenAt = await lastWrite(path);
    const quietMs = this.#intake.context.clock() - writtenAt;
    if (compressed && quietMs > this.#intake.config.settled) return true;
    if (!last || last.run <= run) return false;
    return quietMs > ABANDONED_MS || (await lastWrite(last.path)) >= writtenAt;
  }
}

/** The data acquisition writes slow control at least once a minute, whatever the run (cygno.md A7). */
const ABANDONED_MS: Milliseconds = 10 * 60_000;

const lastWrite = async (path: string): Promise<Milliseconds> => (await stat(path)).mtimeMs;
