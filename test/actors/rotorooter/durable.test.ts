import { open } from 'node:fs/promises';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { writeFully } from '../../../actors/rotorooter/durable.ts';
import { temporaryDirectory } from '../../helpers/temporary-directory.ts';

test('a disk that takes a part of a write gets the rest of it, whichever piece it stopped in', async () => {
  await using directory = await temporaryDirectory();
  const path = join(directory.path, 'file');
  const piece = fc.uint8Array({ maxLength: 9 });
  await fc.assert(
    fc.asyncProperty(
      fc.array(piece, { maxLength: 8 }),
      fc.infiniteStream(fc.integer({ min: 1, max: 12 })),
      async (pieces, taken) => {
        await using file = await open(path, 'w+');
        const disk = new Proxy(file, {
          get: (target, name) =>
            name === 'writev'
              ? (all: readonly Uint8Array[], at: number) => {
                  const { value: most } = taken.next();
                  return target.write(Buffer.concat(all).subarray(0, most), 0, undefined, at);
                }
              : Reflect.get(target, name, target),
        });
        await writeFully(disk, pieces, 3);
        expect(await file.readFile()).toEqual(
          Buffer.concat([Buffer.alloc(3), ...pieces]).subarray(
            pieces.some(({ length }) => length > 0) ? 0 : 3,
          ),
        );
      },
    ),
    { numRuns: 50 },
  );
});
