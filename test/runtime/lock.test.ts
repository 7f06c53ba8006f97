import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { expect, test } from 'vitest';
import { lockDirectory } from '../../runtime/lock.ts';
import { temporaryDirectory } from '../helpers/temporary-directory.ts';
import { until } from '../helpers/until.ts';

const clock = () => Date.UTC(2026, 10, 21);

/** Another process that tries to lock the directory, and its first line. */
async function other(directory: string) {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'programs', 'hold-lock.ts'), directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const says = String((await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next()).value);
  return { pid: child.pid ?? 0, says, [Symbol.dispose]: () => void child.kill('SIGKILL') };
}

test('a second one on the same directory is refused and told who holds it since when', async () => {
  await using directory = await temporaryDirectory();
  await using _mine = await lockDirectory(directory.path, { clock });
  using second = await other(directory.path);
  expect(second.says).toContain(`in use by pid ${process.pid} since 2026-11-21T00:00:00.000Z`);
  await expect(lockDirectory(directory.path, { clock })).rejects.toMatchObject({
    code: 'DATA_DIRECTORY_BUSY',
  });
});

test('the lock of a process that was killed is free at once', async () => {
  await using directory = await temporaryDirectory();
  {
    using holder = await other(directory.path);
    expect(holder.says).toBe('locked');
    await expect(lockDirectory(directory.path, { clock })).rejects.toThrow(`by pid ${holder.pid} since`);
  }
  await until(
    () =>
      lockDirectory(directory.path, { clock }).then(async lock => (await lock[Symbol.asyncDispose](), true)),
    {
      what: 'the lock',
    },
  );
});

test('of several that start at once exactly one gets the directory', async () => {
  await using directory = await temporaryDirectory();
  const contenders = await Promise.all([1, 2, 3, 4].map(() => other(directory.path)));
  expect(contenders.filter(contender => contender.says === 'locked')).toHaveLength(1);
  for (const contender of contenders) contender[Symbol.dispose]();
});

test('a lock that was given back can be taken again', async () => {
  await using directory = await temporaryDirectory();
  await (await lockDirectory(directory.path, { clock }))[Symbol.asyncDispose]();
  using third = await other(directory.path);
  expect(third.says).toBe('locked');
});

test('locks of different names and codes do not meet', async () => {
  await using directory = await temporaryDirectory();
  await using _mine = await lockDirectory(directory.path, { clock });
  const options = { clock, name: 'rotorooter', code: 'DIRECTORY_LOCKED' } as const;
  await using _theirs = await lockDirectory(directory.path, options);
  await expect(lockDirectory(directory.path, options)).rejects.toMatchObject({ code: 'DIRECTORY_LOCKED' });
});
