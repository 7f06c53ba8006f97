import { type ChildProcess, spawn } from 'node:child_process';
import { type Readable, Writable } from 'node:stream';

/**
 * Starts a process that cannot outlive this one, however this one ends (SIGKILL included), and that needs to
 * know nothing about it.
 *
 * A shell starts a watcher and then *becomes* the program (`exec`), so the pid is the program's own. The watcher
 * reads a pipe that only this process holds: end of file means we are gone, and it sends SIGTERM and, after the
 * grace, SIGKILL. A line on the pipe means the program has ended and the watcher may go, so that it never
 * signals a pid that has been given to someone else.
 *
 * The program has its own session: Ctrl-C in the terminal reaches only us, and we stop the parts in order.
 */
const GUARD = `
(
  exec >/dev/null 2>&1
  read -r _ <&3 && exit
  kill -TERM $$ || exit
  left=$GUARD_GRACE_SECONDS
  while [ "$left" -gt 0 ]; do sleep 1; kill -0 $$ || exit; left=$((left - 1)); done
  kill -KILL $$
) &
exec 3<&-
unset GUARD_GRACE_SECONDS
exec "$@"
`;

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
 * A program that is missing or not executable ends at once with code 127 or 126 and the shell's words on stderr.
 * @throws Error when not even the shell could be started.
 */
export function guardedSpawn(
  command: string,
  args: readonly string[],
  options: GuardedSpawnOptions,
): GuardedChild {
  const child = spawn('/bin/sh', ['-c', GUARD, 'guard', command, ...args], {
    cwd: options.cwd,
    detached: true,
    env: {
      ...(options.env ?? process.env),
      GUARD_GRACE_SECONDS: String(Math.max(1, Math.ceil(options.graceMs / 1000))),
    },
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
