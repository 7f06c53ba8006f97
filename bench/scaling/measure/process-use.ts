import { readFileSync } from 'node:fs';
import { usageOf } from '../../harness/usage.ts';

/** What a process has used since it began. */
export interface ProcessUse {
  /** User and system time of all its threads. */
  readonly cpuMs: number;
  /** What it has had written to disks: pages of files, not what they take in the end; proc_pid_io(5), `write_bytes`. */
  readonly writtenBytes: number;
  /** Highest resident memory so far. */
  readonly peakBytes: number;
}

/** @throws Error where there is no such process, or on systems without /proc */
export function processUse(pid: number): ProcessUse {
  const usage = usageOf(pid);
  const written = /^write_bytes: (\d+)$/m.exec(readFileSync(`/proc/${pid}/io`, 'latin1'))?.[1];
  if (usage === undefined || written === undefined) throw new Error(`process ${pid} tells nothing of itself`);
  return {
    cpuMs: usage.cpuSeconds * 1000,
    writtenBytes: Number(written),
    peakBytes: usage.peakBytes,
  };
}

/** What was used between two looks at one process, and its highest memory. */
export const usedBetween = (before: ProcessUse, after: ProcessUse): ProcessUse => ({
  cpuMs: after.cpuMs - before.cpuMs,
  writtenBytes: after.writtenBytes - before.writtenBytes,
  peakBytes: after.peakBytes,
});
