import { type FileHandle, open } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { asSpillwayError, SpillwayError } from '../protocol/errors.ts';
import { type ReadOptions, readEvents, type StreamedEvent } from '../protocol/midas/read.ts';
import type { Milliseconds } from '../protocol/time.ts';
import { pause } from './host/back-off.ts';

export interface MidasFileOptions extends ReadOptions {
  readonly signal: AbortSignal;
  /** The file may still grow: at its end look again so often, until the end-of-run event has been read or the signal aborts. */
  readonly follow?: { readonly pollMs: Milliseconds };
}

const CHUNK_BYTES = 1024 * 1024;
/** Of gzip's input at a time: deflate makes at most 1032 bytes of one, so 64 MiB of output wait at most. */
const GZIP_CHUNK_BYTES = 64 * 1024;
const GZIP_MAGIC = [0x1f, 0x8b] as const;

/**
 * The events of a run file, `.mid` or compressed with gzip, which its first bytes tell whatever its name. Its memory is that of
 * `readEvents` and one chunk. Where the signal aborts it ends as if nothing were torn.
 *
 * @throws SpillwayError that names the file, after all whole events before it were given:
 *   MIDAS_TRUNCATED where the file, or the gzip data in it, ends too early, or a followed file becomes shorter;
 *   MIDAS_MALFORMED where bytes are not an event, or not gzip data.
 * @throws the error of the file system where it cannot be read
 */
export async function* readMidasFile(
  path: string,
  options: MidasFileOptions,
): AsyncGenerator<StreamedEvent, void, undefined> {
  const { signal, follow } = options;
  await using file = await open(path, 'r');
  try {
    for await (const event of readEvents(contentsOf(file, options), options)) {
      yield event;
      if (signal.aborted || (follow && event.kind === 'end-of-run')) return;
    }
  } catch (thrown) {
    const { code, message } = asSpillwayError(thrown);
    if (signal.aborted && code === 'MIDAS_TRUNCATED') return;
    if (!code.startsWith('MIDAS_')) throw thrown;
    throw new SpillwayError(code, `${path}: ${message}`, { cause: thrown });
  }
}

async function* contentsOf(file: FileHandle, options: MidasFileOptions): AsyncGenerator<Uint8Array> {
  const magic = await firstBytes(file, options);
  const zipped = GZIP_MAGIC.every((byte, index) => magic[index] === byte);
  if (zipped) yield* gunzipped(growing(file, GZIP_CHUNK_BYTES, options));
  else yield* growing(file, CHUNK_BYTES, options);
}

async function firstBytes(file: FileHandle, options: MidasFileOptions): Promise<Uint8Array> {
  const magic = new Uint8Array(GZIP_MAGIC.length);
  for (;;) {
    const { bytesRead } = await file.read(magic, 0, magic.length, 0);
    if (bytesRead === magic.length || !options.follow || options.signal.aborted) return magic;
    await pause(options.follow.pollMs, options.signal);
  }
}

async function* growing(
  file: FileHandle,
  chunkBytes: number,
  { signal, follow }: MidasFileOptions,
): AsyncGenerator<Uint8Array> {
  for (let at = 0; !signal.aborted; ) {
    // A new buffer each time: events are views into it.
    const chunk = new Uint8Array(chunkBytes);
    const { bytesRead } = await file.read(chunk, 0, chunkBytes, at);
    at += bytesRead;
    if (bytesRead > 0) yield chunk.subarray(0, bytesRead);
    else if (!follow) return;
    else {
      const { size } = await file.stat();
      if (size < at) throw new SpillwayError('MIDAS_TRUNCATED', `${at} bytes were read, now it has ${size}`);
      await pause(follow.pollMs, signal);
    }
  }
}

/**
 * Unpacks as input comes and hands on all that it makes before asking for more. Node's own piping would drop what is
 * unpacked and not yet read when the data turns out to be cut off.
 */
async function* gunzipped(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
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
