import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { type Readable, Writable } from 'node:stream';

const GUARD = join(import.meta.dirname, 'guard.sh');

export interface GuardedSpawnOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Between SIGTERM and SIGKILL when this process has died, in milliseconds (whole seconds count). */
  readonly graceMs: number;
}

/** A child whose stdin is `/dev/null` and whose output streams are pipes. */
export interface GuardedChild extends ChildProcess {
  readonly pid: number;
  readonly stdout: Readable;
  readonly stderr: Readable;
}

/**
 * Starts a process that cannot outlive this one, however this one ends (SIGKILL included); `guard.sh` says how.
 *
 * The program has its own session: Ctrl-C in the terminal reaches only us, and we stop the parts in order. One that
 * is missing or not executable ends at once with code 127 or 126 and the shell's words on stderr.
 * @throws Error when not even the shell could be started.
 */
export function guardedSpawn(
  command: string,
  args: readonly string[],
  options: GuardedSpawnOptions,
): GuardedChild {
  const graceSeconds = Math.max(1, Math.ceil(options.graceMs / 1000));
  const child = spawn('/bin/sh', [GUARD, String(graceSeconds), command, ...args], {
    cwd: options.cwd,
    detached: true,
    env: options.env ?? process.env,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const watcher = child.stdio[3];
  if (!hasStarted(child) || !(watcher instanceof Writable)) throw new Error(`cannot start ${command}`);
  // The watcher may be gone already (killed by hand); that is no reason to fail.
  watcher.on('error', () => {});
  child.once('exit', () => watcher.end('\n'));
  return child;
}

const hasStarted = (child: ChildProcess): child is GuardedChild =>
  child.pid !== undefined && child.stdout !== null && child.stderr !== null;
