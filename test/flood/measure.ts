import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

/** How real callers fared for a while. */
export interface Fared {
  readonly sent: number;
  readonly accepted: number;
  /** By error code or status. */
  readonly refused: Readonly<Record<string, number>>;
  /** Milliseconds from when it was due to its answer. */
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** Something real that is done again and again. @returns why it was refused; undefined where it was accepted */
export type Real = (count: number) => Promise<string | undefined>;

/** Does something real at a fixed rate, whether or not what was done before has ended; waits for the last. */
export async function measure(real: Real, perSecond: number, signal: AbortSignal): Promise<Fared> {
  const began = performance.now();
  const took: number[] = [];
  const refused: Record<string, number> = {};
  const underWay: Promise<void>[] = [];
  for (let count = 0; !signal.aborted; count++) {
    const due = began + (count * 1000) / perSecond;
    await delay(Math.max(0, due - performance.now()));
    underWay.push(
      real(count).then(why => {
        if (why === undefined) took.push(performance.now() - due);
        else refused[why] = (refused[why] ?? 0) + 1;
      }),
    );
  }
  await Promise.all(underWay);
  const sorted = took.toSorted((a, b) => a - b);
  const at = (part: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
  return { sent: underWay.length, accepted: took.length, refused, p50: at(0.5), p99: at(0.99), max: at(1) };
}

/** Bytes of memory that a process holds now. */
export async function memoryOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? Number.NaN) * 1024;
}

/** The most memory that a process holds until the signal aborts. */
export async function peakMemoryOf(pid: number, signal: AbortSignal): Promise<number> {
  let peak = 0;
  while (!signal.aborted) {
    peak = Math.max(peak, await memoryOf(pid));
    await delay(50);
  }
  return peak;
}
