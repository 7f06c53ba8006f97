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

/** Writes pieces one after the other at `position`; a disk that fills up takes a part first and refuses the rest. */
export async function writeFully(
  handle: Awaited<ReturnType<OpenFile>>,
  pieces: readonly Uint8Array[],
  position: number,
): Promise<void> {
  let left = pieces;
  for (let at = position; left.length > 0; ) {
    const { bytesWritten } = await handle.writev(left, at);
    at += bytesWritten;
    left = behind(left, bytesWritten);
  }
}

/** What is left of the pieces behind so many of their bytes. */
function behind(pieces: readonly Uint8Array[], bytes: number): readonly Uint8Array[] {
  let from = bytes;
  const index = pieces.findIndex(({ byteLength }) => {
    if (from < byteLength) return true;
    from -= byteLength;
    return false;
  });
  const torn = pieces[index];
  return torn ? [torn.subarray(from), ...pieces.slice(index + 1)] : [];
}

/** For `.catch`: a file that is not there gives `undefined`, any other error stays one. */
export function isMissing(thrown: unknown): undefined {
  if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return undefined;
  throw thrown;
}
