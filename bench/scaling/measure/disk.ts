import { open } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * What the disk takes without anybody between: blocks appended to so many files at once, each synced before the next of its file.
 * @returns blocks/s of all files together
 */
export async function measureDisk(
  directory: string,
  files: number,
  blockBytes: number,
  forMs: number,
): Promise<number> {
  const block = Buffer.alloc(blockBytes, 0x5a);
  const until = performance.now() + forMs;
  const began = performance.now();
  const counts = await Promise.all(
    Array.from({ length: files }, async (_, file) => {
      await using handle = await open(join(directory, `disk-${files}-${file}`), 'w');
      let blocks = 0;
      for (; performance.now() < until; blocks++) {
        await handle.write(block);
        await handle.sync();
      }
      return blocks;
    }),
  );
  return (counts.reduce((sum, blocks) => sum + blocks, 0) * 1000) / (performance.now() - began);
}
