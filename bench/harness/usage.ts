import { readFileSync } from 'node:fs';

/** What a process has used since it began. */
export interface Usage {
  /** User and system time of all its threads, in seconds, counted in hundredths. */
  readonly cpuSeconds: number;
  /** Highest resident memory, in bytes. */
  readonly peakBytes: number;
}

/** `sysconf(_SC_CLK_TCK)`, which is 100 on every Linux that Node.js runs on. */
const TICKS_PER_SECOND = 100;

/**
 * Read from outside, so that programs of every language are measured alike; proc(5).
 * @returns undefined where there is no such process, and on systems without /proc
 */
export function usageOf(pid: number): Usage | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The second field is the program's name in parentheses, which may have anything in it.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ticks = Number(fields[11]) + Number(fields[12]);
    const peak = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
    if (peak === undefined) return undefined;
    return { cpuSeconds: ticks / TICKS_PER_SECOND, peakBytes: Number(peak) * 1024 };
  } catch {
    return undefined;
  }
}

/** What the work of these processes cost: processor time used meanwhile, and the sum of their highest memory so far. */
export async function whileUsing<T>(
  pids: readonly number[],
  work: () => Promise<T>,
): Promise<{ result: T; usage: Usage | undefined }> {
  const before = pids.map(usageOf);
  const result = await work();
  let usage: Usage | undefined = { cpuSeconds: 0, peakBytes: 0 };
  for (const [index, pid] of pids.entries()) {
    const [from, to]: (Usage | undefined)[] = [before[index], usageOf(pid)];
    usage =
      usage === undefined || from === undefined || to === undefined
        ? undefined
        : {
            cpuSeconds: usage.cpuSeconds + to.cpuSeconds - from.cpuSeconds,
            peakBytes: usage.peakBytes + to.peakBytes,
          };
  }
  return { result, usage };
}
