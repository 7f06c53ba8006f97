import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pause } from '../../runtime/host/back-off.ts';
import { sendSignal } from '../../runtime/supervisor/process-table.ts';
import { DISKS, type Disk } from './fault.ts';

const run = promisify(execFile);

/** How a disk is made slow: by a debugger that holds up system calls, or by stopping whoever writes most of the time. */
export type SlowBy = 'strace' | 'duty-cycle';

export interface Disks extends AsyncDisposable {
  /** Why disks cannot be full here; undefined where they can. */
  readonly noFullDisks: string | undefined;
  readonly slowBy: SlowBy;
  readonly directory: (disk: Disk) => string;
  /** Leaves no room until what comes back is called. */
  fill(disk: Disk): Promise<() => Promise<void>>;
  /** Holds up what the processes write until what comes back is called. */
  slow(pids: readonly number[], byMs: number): Promise<() => Promise<void>>;
  /** Copies what will be gone with this process. */
  keep(to: string): Promise<void>;
}

/** Set for a process that may mount: it has a mount namespace of its own, so that its mounts go with it. */
export const MAY_MOUNT = 'CHAOS_MOUNTS';

/** Most that a disk of a campaign takes; memory is taken as files grow. */
const SIZE = '4g';
const PAGE = 4096;

/** A directory for each disk, a file system of its own where that is possible. */
export async function openDisks(directory: string, whyNot: string | undefined): Promise<Disks> {
  const path = (disk: Disk) => join(directory, disk);
  for (const disk of DISKS) {
    await mkdir(path(disk), { recursive: true });
    if (whyNot === undefined) await run('mount', ['-t', 'tmpfs', '-o', `size=${SIZE}`, 'chaos', path(disk)]);
  }
  const slowBy = (await canTrace()) ? 'strace' : 'duty-cycle';
  const resize = (disk: Disk, size: string) => run('mount', ['-o', `remount,size=${size}`, path(disk)]);
  const full = new Map<Disk, number>();
  return {
    noFullDisks: whyNot,
    slowBy,
    directory: path,
    async fill(disk) {
      full.set(disk, (full.get(disk) ?? 0) + 1);
      await untilFull(path(disk), bytes => resize(disk, String(bytes)));
      return async () => {
        const left = (full.get(disk) ?? 1) - 1;
        full.set(disk, left);
        if (left === 0) await resize(disk, SIZE);
      };
    },
    slow: (pids, byMs) => (slowBy === 'strace' ? heldUp(pids, byMs) : stoppedMostly(pids, byMs)),
    async keep(to) {
      if (whyNot !== undefined) return;
      await mkdir(to, { recursive: true });
      // Of what is being written meanwhile some may be gone before it is copied.
      for (const disk of DISKS) await run('cp', ['-a', path(disk), to]).catch(() => undefined);
    },
    async [Symbol.asyncDispose]() {
      // Whoever still has a file open there goes on with it; nobody finds it any more.
      if (whyNot === undefined) for (const disk of DISKS) await run('umount', ['--lazy', path(disk)]);
    },
  };
}

/** As large as what is in it. Whoever writes meanwhile makes it more: then once again. */
async function untilFull(path: string, resize: (bytes: number) => Promise<unknown>): Promise<void> {
  for (let tries = 0; ; tries++) {
    const { blocks, bfree, bsize } = await statfs(path);
    try {
      return void (await resize((blocks - bfree) * bsize + tries * PAGE));
    } catch (error) {
      if (tries > 20) throw error;
    }
  }
}

/** Calls that reach the disk, and no connection. */
const CALLS = 'fsync,fdatasync,sync_file_range,pwrite64,ftruncate,rename,renameat,renameat2';

const traceArguments = (pid: number, byMs: number) => [
  '-f',
  '-qq',
  '-o',
  '/dev/null',
  '-p',
  String(pid),
  '-e',
  `trace=${CALLS}`,
  '-e',
  `inject=${CALLS}:delay_enter=${Math.round(byMs * 1000)}`,
];

async function canTrace(): Promise<boolean> {
  const victim = spawn('sleep', ['5'], { stdio: 'ignore' });
  const tracer = spawn('strace', traceArguments(victim.pid ?? 0, 1), { stdio: 'ignore' });
  const over = new AbortController();
  const ended = Promise.race([once(tracer, 'exit'), once(tracer, 'error')]).then(() => false);
  const works = await Promise.race([ended, pause(300, over.signal).then(() => true)]);
  over.abort();
  tracer.kill('SIGINT');
  victim.kill('SIGKILL');
  return works;
}

async function heldUp(pids: readonly number[], byMs: number): Promise<() => Promise<void>> {
  const tracers = pids.map(pid => spawn('strace', traceArguments(pid, byMs), { stdio: 'ignore' }));
  const ended = tracers.map(tracer => once(tracer, 'exit'));
  return async () => {
    for (const tracer of tracers) tracer.kill('SIGINT');
    await Promise.all(ended);
  };
}

/** Of the time, so much it is let go on. */
const GOING_MS = 20;

async function stoppedMostly(pids: readonly number[], byMs: number): Promise<() => Promise<void>> {
  const over = new AbortController();
  const running = (async () => {
    while (!over.signal.aborted) {
      for (const pid of pids) sendSignal(pid, 'SIGSTOP');
      await pause(byMs, over.signal);
      for (const pid of pids) sendSignal(pid, 'SIGCONT');
      await pause(GOING_MS, over.signal);
    }
  })();
  return async () => {
    over.abort();
    await running;
  };
}
