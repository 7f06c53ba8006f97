import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { findNatsServer } from '../../../../runtime/embedded/nats/fetch.ts';
import { fetchRelease, type Release } from '../../../../runtime/embedded/nats/fetch-release.ts';
import { temporaryDirectory } from '../../../helpers/temporary-directory.ts';

const run = promisify(execFile);
const never = new AbortController().signal;

/** Serves one release archive that holds a program calling itself 2.14.5. */
async function releasePage(directory: string): Promise<AsyncDisposable & { release: Release }> {
  const name = 'nats-server-v2.14.5-here';
  await mkdir(join(directory, name));
  const program = join(directory, name, 'nats-server');
  await writeFile(program, '#!/bin/sh\necho "nats-server: v2.14.5"\n');
  await chmod(program, 0o755);
  await run('tar', ['-czf', 'archive.tar.gz', name], { cwd: directory });
  const bytes = await readFile(join(directory, 'archive.tar.gz'));
  const server = createServer((request, response) => {
    response.statusCode = request.url === `/${name}.tar.gz` ? 200 : 404;
    response.end(bytes);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return {
    release: {
      url: `http://127.0.0.1:${port}`,
      version: '2.14.5',
      archives: { [`${process.platform}-${process.arch}`]: { name, sha256 } },
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

test('a release archive with the pinned checksum gives a server', async () => {
  await using directory = await temporaryDirectory();
  await using page = await releasePage(directory.path);
  expect(await fetchRelease(join(directory.path, 'scratch'), never, page.release)).toMatchObject({
    version: '2.14.5',
  });
});

test('an archive with another checksum is refused before it is unpacked', async () => {
  await using directory = await temporaryDirectory();
  await using page = await releasePage(directory.path);
  const [system, archive] = Object.entries(page.release.archives)[0] ?? [];
  if (system === undefined || archive === undefined) throw new Error('no archive');
  const scratch = join(directory.path, 'scratch');
  const forged = { ...page.release, archives: { [system]: { ...archive, sha256: '0'.repeat(64) } } };
  expect(await fetchRelease(scratch, never, forged)).toEqual([expect.stringContaining('is pinned')]);
  await expect(readdir(scratch)).rejects.toThrow('ENOENT');
});

test('a system without a known checksum and an unreachable page are said, not thrown', async () => {
  const nowhere = { url: 'http://127.0.0.1:1', version: '2.14.5' };
  expect(await fetchRelease('/unused', never, { ...nowhere, archives: {} })).toEqual([
    expect.stringContaining('none with a known checksum'),
  ]);
  const archives = { [`${process.platform}-${process.arch}`]: { name: 'x', sha256: '' } };
  expect(await fetchRelease('/unused', never, { ...nowhere, archives })).toEqual([
    expect.stringContaining('http://127.0.0.1:1/x.tar.gz'),
  ]);
});

test('a cache nobody can write to is named in the error', async () => {
  const search = {
    env: { PATH: '' },
    log: pino({ level: 'silent' }),
    signal: never,
    caches: ['/dev/null/cache'],
  };
  await expect(findNatsServer(search)).rejects.toMatchObject({
    code: 'NATS_SERVER_UNAVAILABLE',
    message: expect.stringContaining('/dev/null/cache'),
  });
});
