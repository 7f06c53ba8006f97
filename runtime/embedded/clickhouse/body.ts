import { randomUUID } from 'node:crypto';
import { type FileHandle, open, rm } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { EngineError } from './engine-error.ts';

/** SQL text held in memory. Rows sent inside it (`INSERT … VALUES (…)`) count. */
const SQL_BYTES = 64 * 1024 ** 2;
/** Rows of one insert, unpacked. */
const ROWS_BYTES = 4 * 1024 ** 3;

const tooLarge = (limit: number) =>
  new EngineError(311, 'QUERY_IS_TOO_LARGE', `The request body is over the limit of ${limit} bytes`);

/** Pieces of the body, unpacked. */
export function bodyOf(request: IncomingMessage, gzip: boolean): AsyncIterable<Buffer> {
  // Errors of either side come out of the iteration.
  return gzip ? pipeline(request, createGunzip(), () => {}) : request;
}

/** @throws EngineError beyond 64 MiB. */
export async function readText(pieces: AsyncIterable<Buffer>): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const piece of pieces) {
    bytes += piece.length;
    if (bytes > SQL_BYTES) throw tooLarge(SQL_BYTES);
    parts.push(piece);
  }
  return Buffer.concat(parts).toString('utf8');
}

/** Rows of an insert: in memory when they are few, else in a file that goes with the scope. */
export type Rows = AsyncDisposable & ({ readonly bytes: Buffer } | { readonly file: string });

/**
 * Takes the rows in whole before the engine sees any: an insert is then one statement, whatever its size, so that one
 * deduplication token covers it and a sender that goes away in the middle has inserted nothing.
 * @throws EngineError beyond 4 GiB.
 */
export async function takeRows(
  pieces: AsyncIterable<Buffer>,
  memoryBytes: number,
  spoolDirectory: string,
): Promise<Rows> {
  let parts: Buffer[] = [];
  let bytes = 0;
  let file: FileHandle | undefined;
  const path = join(spoolDirectory, randomUUID());
  try {
    for await (const piece of pieces) {
      bytes += piece.length;
      if (bytes > ROWS_BYTES) throw tooLarge(ROWS_BYTES);
      parts.push(piece);
      if (!file && bytes <= memoryBytes) continue;
      file ??= await open(path, 'wx');
      // `write` and `writev` take what there is room for and say nothing; this goes on until it is all there, or throws.
      await file.writeFile(Buffer.concat(parts));
      parts = [];
    }
  } catch (error) {
    if (file) await rm(path, { force: true });
    throw error;
  } finally {
    await file?.close();
  }
  if (file) return { file: path, [Symbol.asyncDispose]: () => rm(path, { force: true }) };
  return { bytes: Buffer.concat(parts), [Symbol.asyncDispose]: () => Promise.resolve() };
}
