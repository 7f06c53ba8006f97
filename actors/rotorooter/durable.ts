import { open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Opens a file; tests pass one whose handles fail. */
export type OpenFile = typeof open;

/** Makes creations, renames and removals in a directory survive a power cut. */
export async function syncDirectory(directory: string): Promise<void> {
  await using handle = await open(directory, 'r');
  await handle.sync();
}

/** Replaces a small file as a whole: after a crash it holds the old text or the new one, never a part. */
export async function replaceFile(path: string, text: string, openFile: OpenFile): Promise<void> {
  const temporary = `${path}.tmp`;
  {
    await using handle = await openFile(temporary, 'w');
    await handle.writeFile(text);
    await handle.sync();
  }
  await rename(temporary, path);
  await syncDirectory(dirname(path));
}

/** Writes all of `bytes` at `position`; a disk that fills up takes a part first and refuses the rest. */
export async function writeFully(
  handle: Awaited<ReturnType<OpenFile>>,
  bytes: Uint8Array,
  position: number,
): Promise<void> {
  for (let written = 0; written < bytes.byteLength; ) {
    const { bytesWritten } = await handle.write(
      bytes,
      written,
      bytes.byteLength - written,
      position + written,
    );
    written += bytesWritten;
  }
}

/** Bytes put together for one write: larger ones cost memory and are no faster. */
const PIECE_BYTES = 1024 * 1024;

/** Writes pieces one after the other at `position`, many small ones together. */
export async function writePieces(
  handle: Awaited<ReturnType<OpenFile>>,
  pieces: readonly Uint8Array[],
  position: number,
): Promise<void> {
  const bytes = pieces.reduce((sum, piece) => sum + piece.byteLength, 0);
  const gathered = Buffer.allocUnsafe(Math.min(bytes, PIECE_BYTES));
  let length = 0;
  let at = position;
  const flush = async (): Promise<void> => {
    await writeFully(handle, gathered.subarray(0, length), at);
    at += length;
    length = 0;
  };
  for (const piece of pieces) {
    if (length + piece.byteLength > gathered.byteLength) await flush();
    if (piece.byteLength > gathered.byteLength) {
      await writeFully(handle, piece, at);
      at += piece.byteLength;
    } else {
      gathered.set(piece, length);
      length += piece.byteLength;
    }
  }
  await flush();
}

/** For `.catch`: a file that is not there gives `undefined`, any other error stays one. */
export function isMissing(thrown: unknown): undefined {
  if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return undefined;
  throw thrown;
}
