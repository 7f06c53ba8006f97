import { chmod, rename, writeFile } from 'node:fs/promises';

/** Writes a file so that whoever reads it finds the old or the new one, never a part. */
export async function writeWhole(path: string, text: string, mode: number): Promise<void> {
  const fresh = `${path}.new`;
  await writeFile(fresh, text, { mode });
  // The mode above is for files that were not there, and less the user's mask.
  await chmod(fresh, mode);
  await rename(fresh, path);
}
