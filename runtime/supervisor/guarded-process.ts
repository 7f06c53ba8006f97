import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { eachLine, LastLines } from './lines.ts';
import type { ExitReason, RunningService } from './service.ts';

const GUARD = join(import.meta.dirname, 'guard.sh');

/** How long the output of an ended process may still arrive: a grandchild may hold the pipes open for ever. */
const LAST_OUTPUT_MS = 500;

export interface GuardedOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** Between SIGTERM and SIGKILL, in milliseconds; whole seconds count when this process has died. */
  readonly graceMs: number;
  /** Each whole line the process writes. */
  onLine(line: string, stream: 'stdout' | 'stderr'): void;
}

export interface GuardedProcess extends RunningService {
  readonly pid: number;
}

/**
 * Starts a process that cannot outlive this one, however this one ends (SIGKILL included); `guard.sh` says how.
 * Its stdin is `/dev/null`, its `ExitReason.detail` the last lines of its stderr.
 *
 * It has its own session: Ctrl-C in the terminal reaches only us, and we stop the parts in order. A program that
 * is missing or not executable ends at once with code 127 or 126 and the shell's words on stderr.
 * @throws Error when not even the shell could be started.
 */
export function startGuarded(options: GuardedOptions): GuardedProcess {
  const { graceMs } = options;
  const graceSeconds = String(Math.max(1, Math.ceil(graceMs / 1000)));
  const child = spawn('/bin/sh', [GUARD, graceSeconds, options.command, ...options.args], {
    detached: true,
    env: options.env ?? process.env,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const watcher = child.stdio[3];
  if (child.pid === undefined || !(watcher instanceof Writable))
    throw new Error(`cannot start ${options.command}`);
  // The watcher may be gone already (killed by hand); that is no reason to fail.
  watcher.on('error', () => {});
  child.once('exit', () => watcher.end('\n'));

  const words = new LastLines(20);
  eachLine(child.stdout, line => options.onLine(line, 'stdout'));
  eachLine(child.stderr, line => {
    words.add(line);
    options.onLine(line, 'stderr');
  });
  const exited = exitOf(child, words);
  return {
    pid: child.pid,
    exited,
    async stop() {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
      await exited;
      clearTimeout(timer);
    },
  };
}

async function exitOf(child: ChildProcess, words: LastLines): Promise<ExitReason> {
  const closed = once(child, 'close');
  await once(child, 'exit');
  await Promise.race([closed, delay(LAST_OUTPUT_MS, undefined, { ref: false })]);
  return { code: child.exitCode, signal: child.signalCode, detail: words.text };
}
