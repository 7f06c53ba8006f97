import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Milliseconds } from '../../../protocol/time.ts';
import { pause } from '../../host/back-off.ts';

/**
 * Whether a line of nats-server says that a stream could not be written. From then on the server refuses everything for that stream, with
 * room on the disk or without, until it is started again (2.15).
 */
export const isWriteError = (line: string): boolean => /\bcritical write error\b/i.test(line);

/** As much room as the server is given back before it is started again: more than a message, less than anybody misses. */
const ROOM_BYTES = 16 * 1024 * 1024;
const LOOK_EVERY_MS: Milliseconds = 500;

/** Resolves when a directory can be written to. @returns false where the signal aborted first */
export async function writable(directory: string, signal: AbortSignal): Promise<boolean> {
  const probe = join(directory, 'room.probe');
  while (!signal.aborted) {
    // Zeros of a sparse file would take no room.
    const wrote = await writeFile(probe, Buffer.alloc(ROOM_BYTES, 1), { flush: true }).then(
      () => true,
      () => false,
    );
    await rm(probe, { force: true }).catch(() => undefined);
    if (wrote) return true;
    await pause(LOOK_EVERY_MS, signal);
  }
  return false;
}
