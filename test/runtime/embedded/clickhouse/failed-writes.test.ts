import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { mountable } from '../../../chaos/mounts.ts';
import { temporaryDirectory } from '../../../helpers/temporary-directory.ts';

test('an engine that could not write confirms nothing, and what it merged from is there when it is started again', async context => {
  const mounts = await mountable();
  if ('reason' in mounts) context.skip(mounts.reason);
  await using directory = await temporaryDirectory();
  const [program = '', ...args] = 'within' in mounts ? mounts.within : [];
  const script = join(import.meta.dirname, 'on-full-disk.ts');
  const { stdout } = await promisify(execFile)(program, [...args, process.execPath, script, directory.path]);
  expect(JSON.parse(stdout)).toEqual({
    insert: 'not confirmed, SIGKILL',
    afterInsert: [{ rows: 40_000, whole: 40_000 }],
    merge: expect.stringContaining('SIGKILL'),
    afterMerge: [{ rows: 80_000, whole: 80_000 }],
    // The rows of an insert on their way to the engine, all or nothing.
    spooled: 'ENOSPC',
  });
});
