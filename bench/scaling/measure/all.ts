import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ChainMeasured, measureChain } from './chain.ts';
import { measureDisk } from './disk.ts';
import { measureStreams, type StreamsMeasured } from './streams.ts';
import { measureWorkers, type WorkersMeasured } from './workers.ts';

/** Milliseconds and seconds of one run. */
const RUN = { diskMs: 1_500, streamMs: 2_500, chainMs: 15_000, workersS: 5 };
const SPILL = 19_000;
/** A chunk of the event store. */
const CHUNK = 2 ** 20;

export interface Measured {
  /** Blocks/s that are synced one after the other, without a server. */
  readonly disk: readonly { readonly files: number; readonly bytes: number; readonly perSecond: number }[];
  /** Messages of the size of a spill. */
  readonly streams: readonly StreamsMeasured[];
  /** Messages of the size of a chunk of the event store. */
  readonly chunks: readonly StreamsMeasured[];
  readonly workers: readonly WorkersMeasured[];
  readonly chain: ChainMeasured;
}

/** The real thing, one run after the other, in a temporary directory. */
export async function measureAll(signal: AbortSignal, say: (line: string) => void): Promise<Measured> {
  const directory = await mkdtemp(join(tmpdir(), 'spillway-scaling-'));
  await using stack = new AsyncDisposableStack();
  stack.defer(() => rm(directory, { recursive: true, force: true }));
  const begun = performance.now();
  const tell = (what: string) =>
    say(`${((performance.now() - begun) / 1000).toFixed(0).padStart(4)} s  ${what}`);

  tell('the disk alone');
  const disk = [];
  for (const [files, bytes] of [
    [1, SPILL],
    [2, SPILL],
    [3, SPILL],
    [1, CHUNK],
  ] as const)
    disk.push({ files, bytes, perSecond: await measureDisk(directory, files, bytes, RUN.diskMs) });

  const streams: StreamsMeasured[] = [];
  for (const [servers, experiments] of [
    // There and back, so that what else the machine does weighs on all alike.
    [1, [1, 2, 3, 3, 2, 1]],
    [3, [1, 1]],
  ] as const) {
    tell(`${servers} server${servers === 1 ? '' : 's'}, ${Math.max(...experiments)} experiments at most`);
    const cases = experiments.map(count => ({ experiments: count, bytes: SPILL }));
    const own = join(directory, `streams-${servers}`);
    const runs = await Array.fromAsync(measureStreams(own, servers, cases, RUN.streamMs, signal));
    for (const count of new Set(experiments))
      streams.push(meanOf(runs.filter(run => run.experiments === count)));
  }
  tell('chunks of events');
  const chunks = await Array.fromAsync(
    measureStreams(join(directory, 'chunks'), 1, [{ experiments: 1, bytes: CHUNK }], RUN.streamMs, signal),
  );

  const workers: WorkersMeasured[] = [];
  for (const instances of [1, 2, 3]) {
    tell(`${instances} sentinel${instances === 1 ? '' : 's'}`);
    workers.push(await measureWorkers(instances, RUN.workersS, signal));
  }
  tell('the whole chain');
  const own = join(directory, 'chain');
  await mkdir(own);
  const chain = await measureChain(own, RUN.chainMs, signal);
  tell('done');
  return { disk, streams, chunks, workers, chain };
}

/** Of runs of one kind. */
function meanOf(runs: readonly StreamsMeasured[]): StreamsMeasured {
  const [first] = runs;
  if (first === undefined) throw new RangeError('the mean of no run');
  const mean = (of: 'perSecond' | 'serverMs' | 'publisherMs' | 'writtenBytes') =>
    runs.reduce((sum, run) => sum + run[of], 0) / runs.length;
  return {
    ...first,
    perSecond: mean('perSecond'),
    serverMs: mean('serverMs'),
    publisherMs: mean('publisherMs'),
    writtenBytes: mean('writtenBytes'),
  };
}
