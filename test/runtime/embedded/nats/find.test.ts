import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findInCache, findOnPath } from '../../../../runtime/embedded/nats/find.ts';
import { temporaryDirectory } from '../../../helpers/temporary-directory.ts';

async function pretendServer(path: string, version: string): Promise<void> {
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, `#!/bin/sh\necho "nats-server: v${version}"\n`);
  await chmod(path, 0o755);
}

test('a server on PATH that is too old is passed over for a newer one further on, and named when there is none', async () => {
  await using directory = await temporaryDirectory();
  const [old, recent] = [join(directory.path, 'a'), join(directory.path, 'b')];
  await pretendServer(join(old, 'nats-server'), '2.9.10');
  await pretendServer(join(recent, 'nats-server'), '2.10.27');
  expect(await findOnPath(`${old}:${recent}`)).toEqual({
    path: join(recent, 'nats-server'),
    version: '2.10.27',
    origin: 'PATH',
  });
  expect(await findOnPath(old)).toEqual([expect.stringContaining('is 2.9.10, older than')]);
});

test('the newest server of the cache is taken; one that does not run here is not', async () => {
  await using directory = await temporaryDirectory();
  await pretendServer(join(directory.path, 'nats-server-2.10.27'), '2.10.27');
  await pretendServer(join(directory.path, 'nats-server-2.9.10'), '2.9.10');
  await writeFile(join(directory.path, 'nats-server-2.15.1'), 'of another architecture');
  expect(await findInCache(directory.path)).toMatchObject({ version: '2.10.27', origin: 'cache' });
});

test('a cache that does not exist holds nothing', async () => {
  expect(await findInCache('/does/not/exist')).toBeUndefined();
});
