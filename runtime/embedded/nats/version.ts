import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/**
 * The oldest server the host's consumers work with: `sync_interval: always`, consumer back-off lists and metadata
 * came with 2.10.
 */
export const OLDEST_NATS = '2.10.0';

/** `2.15.1` from `nats-server: v2.15.1`, or undefined when the text is something else. */
export const parseNatsVersion = (text: string): string | undefined => /\bv?(\d+\.\d+\.\d+)\b/.exec(text)?.[1];

/** Whether a version (`major.minor.patch`) is at least another. */
export function atLeast(version: string, oldest: string): boolean {
  const parts = version.split('.').map(Number);
  const limits = oldest.split('.').map(Number);
  for (const [index, limit] of limits.entries()) {
    const part = parts[index] ?? 0;
    if (part !== limit) return part > limit;
  }
  return true;
}

const run = promisify(execFile);

/** The version a binary tells, or undefined when it does not run here (missing, another architecture). */
export async function natsVersionOf(binary: string): Promise<string | undefined> {
  try {
    const { stdout } = await run(binary, ['--version'], { timeout: 10_000 });
    return parseNatsVersion(stdout);
  } catch {
    return undefined;
  }
}
