import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile, rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { MANIFEST_SUFFIX, type Manifest } from '../../../protocol/rotorooter/manifest.ts';
import { temporaryDirectory } from '../../helpers/temporary-directory.ts';
import { until } from '../../helpers/until.ts';
import {
  daemonIn,
  failing,
  filesIn,
  linkTo,
  noSpace,
  range,
  recordOf,
  recordsOf,
  spillCountsIn,
} from './helpers.ts';

/** A file system of so many bytes at `path`, or `undefined` where mounting is not permitted. */
function smallDisk(path: string, size: string): AsyncDisposable | undefined {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', path], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  return {
    async [Symbol.asyncDispose]() {
      execFileSync('umount', [path]);
    },
  };
}

test('a full disk stops acknowledgements, and they resume when there is room again', async ({ skip }) => {
  await using directory = await temporaryDirectory();
  await using disk = smallDisk(directory.path, '512k');
  skip(!disk, 'mounting a small tmpfs is not permitted here');
  await using daemon = await daemonIn(directory.path);
  const ballast = join(directory.path, 'ballast');
  await writeFile(ballast, Buffer.alloc(128 * 1024));
  await using link = await linkTo(daemon.port);
  const sending = link.send(recordsOf(1, 2500));
  await until(() => daemon.health()['stalled'] === 1, { what: 'the disk to be full' });
  const acknowledged = link.lastOnDisk;
  expect(acknowledged).toBeLessThan(2500);
  expect(daemon.health()['freeBytes']).toBeLessThan(64 * 1024);
  await rm(ballast);
  expect(await sending).toBe(2500);
  expect(daemon.health()['stalled']).toBe(0);
  expect(await spillCountsIn(directory.path)).toEqual(range(1, 2500));
  expect((await statfs(directory.path)).bavail).toBeGreaterThan(0);
});

test.each(['open', 'writev', 'datasync', 'sync'])(
  'a %s that fails for a while costs time and nothing else',
  async method => {
    await using directory = await temporaryDirectory();
    let calls = 0;
    const failures = new Set([2, 3, 7, 8, 9]);
    const openFile = failing(called => {
      if (called === method && failures.has(++calls)) throw noSpace();
    });
    {
      await using daemon = await daemonIn(directory.path, { open: openFile });
      for (const [first, last] of [
        [1, 40],
        [41, 80],
        [81, 120],
      ] as const) {
        await using link = await linkTo(daemon.port);
        expect(await link.send(recordsOf(first, last))).toBe(last);
        await link.roll();
      }
    }
    expect(calls).toBeGreaterThan(9);
    expect(await spillCountsIn(directory.path)).toEqual(range(1, 120));
    const names = [...(await filesIn(directory.path)).keys()];
    expect(names.every(name => name.endsWith('.raw'))).toBe(true);
    for (const name of names) {
      const path = join(directory.path, name);
      const { sha256 } = JSON.parse(await readFile(path + MANIFEST_SUFFIX, 'utf8')) as Manifest;
      expect(sha256).toBe(
        createHash('sha256')
          .update(await readFile(path))
          .digest('hex'),
      );
    }
  },
);

test('after a sync that failed, its records are written anew before another sync is trusted', async () => {
  await using directory = await temporaryDirectory();
  const calls: string[] = [];
  let failed = false;
  const openFile = failing((method, path) => {
    if (!path.endsWith('.part')) return;
    calls.push(method);
    if (method !== 'datasync' || failed) return;
    failed = true;
    throw Object.assign(new Error('EIO: i/o error'), { code: 'EIO' });
  });
  await using daemon = await daemonIn(directory.path, { open: openFile });
  await using link = await linkTo(daemon.port);
  await link.send([recordOf(1)]);
  expect(calls).toEqual(['open', 'writev', 'datasync', 'writev', 'datasync']);
});

test('while the disk refuses, a sender is held back and memory stays bounded', async () => {
  await using directory = await temporaryDirectory();
  let broken = true;
  const openFile = failing(method => {
    if (method === 'datasync' && broken) throw noSpace();
  });
  const maxPendingBytes = 64 * 1024;
  let lines = '';
  const log = pino({}, { write: line => (lines += line) });
  await using daemon = await daemonIn(directory.path, { open: openFile, maxPendingBytes, log });
  const values = Array.from({ length: 10_000 }, (_, index) => index);
  const device = { name: 'E:M121DS', kind: 'int', seconds: 1, milliseconds: 1, values } as const;
  const records = range(1, 500).map(sequence => recordOf(sequence, { devices: [device] }));
  await using link = await linkTo(daemon.port);
  const sending = link.send(records);
  await until(() => daemon.health()['stalled'] === 1, { what: 'the disk to refuse' });
  // 20 MB were offered; the daemon has taken its 64 KiB, a record, and what the sockets hold.
  expect(daemon.health()['pendingBytes']).toBeLessThan(maxPendingBytes + 2 * 40_100);
  expect(link.lastOnDisk).toBe(0);
  expect(lines).toContain('"code":"DISK_FULL"');
  broken = false;
  expect(await sending).toBe(500);
});
