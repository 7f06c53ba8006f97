import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { isWriteError } from '../../../../runtime/embedded/nats/write-error.ts';
import { mountable } from '../../../chaos/mounts.ts';
import { temporaryDirectory } from '../../../helpers/temporary-directory.ts';

test('a line about a stream that could not be written is told from others', () => {
  expect(
    isWriteError(
      "[7] [ERR] JetStream stream '$G > NUMI_BEAM' critical write error: write …/msgs/1.blk: no space left on device",
    ),
  ).toBe(true);
  expect(isWriteError('[7] [ERR] Error cleaning up ports file')).toBe(false);
});

test('a server whose disk was full ends when there is room again, and takes messages when it is started anew', async context => {
  const mounts = await mountable();
  if ('reason' in mounts) context.skip(mounts.reason);
  await using directory = await temporaryDirectory();
  const [program = '', ...args] = 'within' in mounts ? mounts.within : [];
  const script = join(import.meta.dirname, 'on-full-disk.ts');
  const { stdout } = await promisify(execFile)(program, [...args, process.execPath, script, directory.path]);
  expect(JSON.parse(stdout)).toEqual([1, 'not stored', 2]);
});
