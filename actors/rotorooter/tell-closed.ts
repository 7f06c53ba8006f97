import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileClosed } from '../../protocol/messages/file-closed.ts';
import { MANIFEST_SUFFIX, Manifest } from '../../protocol/rotorooter/manifest.ts';
import type { Milliseconds } from '../../protocol/time.ts';
import type { ActorContext } from '../../runtime/actor.ts';
import { pause } from '../../runtime/host/back-off.ts';

const LOOK_MS: Milliseconds = 10_000;

/** Older ones have been told of by an earlier life, and the ledger does not keep them for ever. */
const RECENT_MS: Milliseconds = 7 * 24 * 60 * 60 * 1000;

/**
 * Tells the ledger of every closed file, by its manifest, until the signal aborts. A file is one fact, however often it is told; so
 * what was closed while NATS was away, or just before a crash, is told later.
 */
export async function tellClosed(
  directory: string,
  context: Pick<ActorContext, 'publish' | 'clock' | 'log'>,
  signal: AbortSignal,
): Promise<void> {
  const told = new Set<string>();
  while (!signal.aborted) {
    try {
      for (const name of await readdir(directory)) {
        if (!name.endsWith(MANIFEST_SUFFIX) || told.has(name) || signal.aborted) continue;
        const manifest = Manifest.parse(JSON.parse(await readFile(join(directory, name), 'utf8')));
        if (context.clock() - Date.parse(manifest.closed) < RECENT_MS)
          await context.publish({ type: fileClosed, body: manifest });
        told.add(name);
      }
    } catch (thrown) {
      context.log.debug({ err: thrown }, 'a closed file is told of later');
    }
    await pause(LOOK_MS, signal);
  }
}
