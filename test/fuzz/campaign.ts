import { Worker } from 'node:worker_threads';
import type { ErrorCode } from '../../protocol/errors.ts';

/** An input that a parser must not be troubled by, and what it did. */
export interface Finding {
  readonly target: string;
  readonly index: number;
  readonly reason: string;
}

/** What became of the inputs of one target. */
export interface Tally {
  readonly target: string;
  readonly inputs: number;
  readonly accepted: number;
  readonly refused: Readonly<Partial<Record<ErrorCode, number>>>;
  readonly findings: readonly Finding[];
  readonly seconds: number;
  /** The input that took longest. */
  readonly slowest: { readonly index: number; readonly ms: number };
}

/** What the thread tells: where it stands, or that it is through. */
export type Report = {
  readonly kind: 'done';
  readonly tally: Omit<Tally, 'findings' | 'seconds' | 'target'>;
  readonly findings: readonly Finding[];
};

export interface Job {
  readonly target: string;
  readonly seed: number;
  readonly first: number;
  readonly end: number;
  /** The index in hand, for whoever watches. */
  readonly at: SharedArrayBuffer;
}

/** One input may take so long before it counts as a hang, and a thread have so much memory, in MB. */
const HANG_MS = 10_000;
const MEMORY_MB = 512;
/** Until the thread has loaded what it needs, there is no input that hangs. */
const NOT_BEGUN = -1;
/** A target that keeps failing is told so once more and no further. */
const MOST_FINDINGS = 20;

/**
 * Gives a target its inputs in a thread of their own, watched from here: one that hangs, or runs out of memory, is a finding, and
 * the thread after it goes on behind that input.
 */
export async function fuzz(target: string, inputs: number, seed: number): Promise<Tally> {
  const began = performance.now();
  const findings: Finding[] = [];
  const refused: Partial<Record<ErrorCode, number>> = {};
  let accepted = 0;
  let slowest: Tally['slowest'] = { index: 0, ms: 0 };
  for (let first = 0; first < inputs && findings.length < MOST_FINDINGS; ) {
    const at = new SharedArrayBuffer(4);
    Atomics.store(new Int32Array(at), 0, NOT_BEGUN);
    const { report, ended } = await run({ target, seed, first, end: inputs, at });
    if (report) {
      accepted += report.tally.accepted;
      if (report.tally.slowest.ms > slowest.ms) slowest = report.tally.slowest;
      for (const [code, count] of Object.entries(report.tally.refused) as [ErrorCode, number][])
        refused[code] = (refused[code] ?? 0) + count;
      findings.push(...report.findings);
      break;
    }
    const index = Math.max(first, Atomics.load(new Int32Array(at), 0));
    findings.push({ target, index, reason: ended });
    first = index + 1;
  }
  const seconds = (performance.now() - began) / 1000;
  return {
    target,
    inputs,
    accepted,
    refused,
    findings: findings.slice(0, MOST_FINDINGS),
    seconds,
    slowest,
  };
}

async function run(job: Job): Promise<{ report?: Report; ended: string }> {
  const worker = new Worker(new URL('./thread.ts', import.meta.url), {
    workerData: job,
    resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB },
  });
  const index = new Int32Array(job.at);
  let seen = NOT_BEGUN;
  const ended = Promise.withResolvers<{ report?: Report; ended: string }>();
  const watch = setInterval(() => {
    const now = Atomics.load(index, 0);
    if (now === seen && now !== NOT_BEGUN) ended.resolve({ ended: `no end within ${HANG_MS} ms` });
    seen = now;
  }, HANG_MS);
  worker.once('message', (report: Report) => ended.resolve({ report, ended: '' }));
  worker.once('error', error => ended.resolve({ ended: String(error) }));
  worker.once('exit', code => ended.resolve({ ended: `the thread ended with ${code}` }));
  try {
    return await ended.promise;
  } finally {
    clearInterval(watch);
    await worker.terminate();
  }
}
