import { createGunzip } from 'node:zlib';
import { SpillwayError } from '../protocol/errors.ts';

/**
 * Unpacks as input comes and hands on all that it makes before asking for more. Node's own piping would drop what is
 * unpacked and not yet read when the data turns out to be cut off.
 * @param chunkBytes most bytes of one chunk of output
 * @throws SpillwayError MIDAS_TRUNCATED where the data is cut off, MIDAS_MALFORMED where it is damaged; what was unpacked has been
 *   handed on by then
 */
export async function* gunzipped(
  source: AsyncIterable<Uint8Array>,
  chunkBytes: number,
): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip({ chunkSize: chunkBytes });
  let made: Uint8Array[] = [];
  let taken = 0;
  const failed = new Promise<never>((_, reject) => gunzip.once('error', reject));
  failed.catch(() => undefined);
  gunzip.on('data', (chunk: Uint8Array) => made.push(chunk));
  const written = (write: (done: () => void) => void): Promise<void> =>
    Promise.race([failed, new Promise<void>(resolve => write(resolve))]);
  try {
    for await (const chunk of source) {
      await written(done => gunzip.write(chunk, done));
      taken += chunk.byteLength;
      const chunks = made;
      made = [];
      yield* chunks;
    }
    await written(done => gunzip.once('end', done).end());
    yield* made;
  } catch (thrown) {
    throw gzipError(thrown, taken);
  } finally {
    gunzip.destroy();
  }
}

function gzipError(thrown: unknown, taken: number): unknown {
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
  if (code === 'Z_BUF_ERROR')
    return new SpillwayError('MIDAS_TRUNCATED', `gzip data is cut off at byte ${taken}`, { cause: thrown });
  if (code === 'Z_DATA_ERROR')
    return new SpillwayError('MIDAS_MALFORMED', `gzip data is damaged behind byte ${taken}`, {
      cause: thrown,
    });
  return thrown;
}
