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

/** For `.catch`: a file that is not there gives `undefined`, any other error stays one. */
export function isMissing(thrown: unknown): undefined {
  if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return undefined;
  throw thrown;
}
