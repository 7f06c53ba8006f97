import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { subjects } from '../../protocol/subjects.ts';
import type { Milliseconds } from '../../protocol/time.ts';
import { pause } from '../host/back-off.ts';
import type { Nats } from '../host/nats.ts';
import { serverName } from '../host/streams.ts';

const LOOK_EVERY_MS: Milliseconds = 5_000;
/** Truth files are small, and what `spillway verify` compares with; the latest also keeps the number of its run from being used again. */
const TRUTHS_KEPT = 300;

const EVENTS = /^run(\d+)\.mid$/;
const TRUTH = /^run(\d+)\.truth\.jsonl$/;

/** Numbers of the runs whose events are in the directory, in order. */
export const runsIn = async (directory: string): Promise<number[]> =>
  numbered(await readdir(directory), EVENTS);

const numbered = (names: readonly string[], pattern: RegExp): number[] =>
  names
    .flatMap(name => Number(pattern.exec(name)?.[1] ?? Number.NaN))
    .filter(run => !Number.isNaN(run))
    .toSorted((a, b) => a - b);

/** Numbers of the runs of a detector whose end is in RUN: all of their events had been stored before. */
export async function takenRuns(nats: Nats, detector: string): Promise<ReadonlySet<number>> {
  const { state } = await nats.jsm.streams.info(serverName(nats.experiment, 'RUN'), {
    subjects_filter: subjects.runEnds(nats.experiment),
  });
  const ofRun = Object.keys(state.subjects ?? {}).map(
    subject => [subject, Number(subject.split('.').at(-1))] as const,
  );
  const ours = ofRun.filter(([subject, run]) => subject === subjects.runEnd(nats.experiment, detector, run));
  return new Set(ours.map(([, run]) => run));
}

/**
 * Removes files of runs that have been taken into the streams, but for the latest `keep` of them. What has not been taken stays: then the
 * disk fills up to what the camera may use, and the camera waits.
 * @returns the runs whose events went
 */
export async function removeTaken(
  directory: string,
  keep: number,
  taken: ReadonlySet<number>,
): Promise<number[]> {
  const names = await readdir(directory);
  const done = numbered(names, EVENTS).filter(run => taken.has(run));
  const gone = done.slice(0, Math.max(0, done.length - keep));
  const truths = numbered(names, TRUTH);
  const tooOld = truths.slice(0, Math.max(0, truths.length - TRUTHS_KEPT));
  const name = (run: number) => `run${String(run).padStart(5, '0')}`;
  for (const run of gone) await rm(join(directory, `${name(run)}.mid`), { force: true });
  for (const run of tooOld) await rm(join(directory, `${name(run)}.truth.jsonl`), { force: true });
  return gone;
}

export interface CameraFiles {
  readonly directory: string;
  /** See removeTaken. */
  readonly keep: number;
  /** Under which its runs are taken in. */
  readonly detector: string;
}

/** Does so again and again, until disposed of. */
export function keepCameraFiles(
  { directory, keep, detector }: CameraFiles,
  nats: Nats,
  log: Logger,
): AsyncDisposable {
  const stop = new AbortController();
  const running = (async () => {
    while (!stop.signal.aborted) {
      try {
        const gone = await removeTaken(directory, keep, await takenRuns(nats, detector));
        if (gone.length > 0) log.info({ runs: gone }, 'files of runs that have been taken were removed');
      } catch (error) {
        log.debug({ err: error }, 'no look at the files of the camera');
      }
      await pause(LOOK_EVERY_MS, stop.signal);
    }
  })();
  return {
    async [Symbol.asyncDispose]() {
      stop.abort();
      await running;
    },
  };
}
