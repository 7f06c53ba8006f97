import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

export const ROOT = join(import.meta.dirname, '..', '..');

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Surroundings {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Ends the command with SIGTERM. */
  readonly signal?: AbortSignal;
}

/** Runs the command line as a process of its own, as a user does, to its end. */
export async function spillway(args: readonly string[], around: Surroundings = {}): Promise<Outcome> {
  const { cwd = ROOT, env = {}, signal } = around;
  const child = spawn(process.execPath, [join(ROOT, 'main.ts'), ...args], {
    cwd,
    // Compiled code is kept between starts, as it is for users.
    env: { NODE_COMPILE_CACHE: join(ROOT, '.cache', 'compiled'), ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stop = () => child.kill('SIGTERM');
  signal?.addEventListener('abort', stop, { once: true });
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number | null]>,
  ]);
  signal?.removeEventListener('abort', stop);
  return { code, stdout, stderr };
}
