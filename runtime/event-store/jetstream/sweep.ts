import type { Milliseconds } from '../../../protocol/time.ts';
import type { Bucket } from './bucket.ts';
import { countChunks } from './find.ts';
import { list } from './list.ts';
import { objectSubjects } from './object-info.ts';

/** A put that takes longer than this finds itself swept, and is done again; it takes a tenth of a second. */
export const UNDER_WAY_MS: Milliseconds = 15 * 60_000;

/** Purges chunks that no object has and whose last one is older than `underWayMs`. @returns of how many puts they were */
export async function sweep(
  bucket: Bucket,
  underWayMs: Milliseconds,
  signal: AbortSignal | undefined,
): Promise<number> {
  const { jsm, stream, name } = bucket;
  // What was described before the list was taken is in the list.
  const subjects = await countChunks(bucket, objectSubjects.allChunks(name));
  const { ts } = await jsm.streams.info(stream);
  const now = ts === undefined ? Date.now() : Date.parse(ts);
  for (const { nuid } of await list(bucket, signal)) subjects.delete(objectSubjects.chunks(name, nuid));
  let swept = 0;
  for (const subject of subjects.keys()) {
    signal?.throwIfAborted();
    const last = await jsm.streams.getMessage(stream, { last_by_subj: subject });
    if (!last || now - last.time.getTime() < underWayMs) continue;
    await jsm.streams.purge(stream, { filter: subject });
    swept++;
  }
  return swept;
}
