import { statfs } from 'node:fs/promises';
import type { Milliseconds } from '../../../protocol/time.ts';
import { pause } from '../../host/back-off.ts';

/** The engine takes no insert and begins no merge that would leave less of the disk: others may fill it while it writes. */
export const KEPT_FREE_BYTES = 64 * 1024 * 1024;

const LOOK_EVERY_MS: Milliseconds = 500;

/**
 * Resolves when a disk has the room without which an engine could not write; one that is started before that leaves empty files behind.
 * @param full called once when there is none
 */
export async function untilRoom(directory: string, full: () => void, signal: AbortSignal): Promise<void> {
  for (let told = false; ; told = true) {
    const { bavail, bsize } = await statfs(directory);
    if (bavail * bsize > KEPT_FREE_BYTES) return;
    if (!told) full();
    await pause(LOOK_EVERY_MS, signal);
    signal.throwIfAborted();
  }
}
