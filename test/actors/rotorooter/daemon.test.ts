import { execFileSync } from 'node:child_process';
import { readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Manifest } from '../../../protocol/rotorooter/manifest.ts';
import { temporaryDirectory } from '../../helpers/temporary-directory.ts';
import { daemonIn, filesIn, linkTo, range, recordOf, recordsOf, SOURCE, spillCountsIn } from './helpers.ts';

const NAME = 'B050520_194402.mbeam.raw';

test('a record is in the file when it is acknowledged', async () => {
  await using directory = await temporaryDirectory();
  await using daemon = await daemonIn(directory.path);
  await using link = await linkTo(daemon.port);
  expect(await link.send(recordsOf(1, 3))).toBe(3);
  expect(await filesIn(directory.path)).toMatchObject(
    new Map([[`${NAME}.part`, { tail: { kind: 'none' } }]]),
  );
  expect(await spillCountsIn(directory.path)).toEqual([1, 2, 3]);
});

test('a clean stop leaves a read-only file, named by its first block time, with a manifest that sha256sum agrees with', async () => {
  await using directory = await temporaryDirectory();
  {
    await using daemon = await daemonIn(directory.path);
    await using link = await linkTo(daemon.port);
    await link.send([...recordsOf(1, 4), recordOf(7, { inOut: 'out' })]);
  }
  expect((await readdir(directory.path)).toSorted()).toEqual([
    NAME,
    `${NAME}.manifest.json`,
    'rotorooter.lock',
    'sources.json',
  ]);
  const path = join(directory.path, NAME);
  const { mode, size } = await stat(path);
  expect(mode & 0o777).toBe(0o444);
  const manifest = Manifest.parse(JSON.parse(await readFile(`${path}.manifest.json`, 'utf8')));
  expect(manifest).toMatchObject({
    file: NAME,
    bytes: size,
    sha256: execFileSync('sha256sum', [path], { encoding: 'utf8' }).slice(0, 64),
    records: { in: 4, out: 1 },
    spillCount: { lowest: 1, highest: 7 },
    time: { earliest: '2005-05-20T19:44:02.000000000Z', latest: '2005-05-20T19:44:14.000000000Z' },
    sources: [{ source: SOURCE, stream: 'BeamMon', first: 1, last: 7, records: 5, skipped: 2 }],
    reason: 'stop',
  });
  const program = 'import sys, zlib; print(f"{zlib.adler32(open(sys.argv[1], \'rb\').read()):08x}")';
  expect(manifest.adler32).toBe(execFileSync('python3', ['-c', program, path], { encoding: 'utf8' }).trim());
});

test('a record sent again is answered, and not written again', async () => {
  await using directory = await temporaryDirectory();
  await using daemon = await daemonIn(directory.path);
  {
    await using link = await linkTo(daemon.port);
    await link.send(recordsOf(1, 5));
  }
  await using link = await linkTo(daemon.port);
  expect(link.lastOnDisk).toBe(5);
  expect(await link.send(recordsOf(3, 8))).toBe(8);
  expect(await spillCountsIn(directory.path)).toEqual(range(1, 8));
  expect(daemon.health()).toMatchObject({ records: 8, duplicates: 3, clients: 1 });
});

test('a sequence that was skipped is counted, and what follows is written', async () => {
  await using directory = await temporaryDirectory();
  await using daemon = await daemonIn(directory.path);
  await using link = await linkTo(daemon.port);
  expect(await link.send([recordOf(1), recordOf(2), recordOf(6)])).toBe(6);
  expect(daemon.health()['skipped']).toBe(3);
});

test('a directory that has gone has no room, and the daemon says so', async () => {
  await using directory = await temporaryDirectory();
  await using daemon = await daemonIn(directory.path);
  expect(daemon.health()['freeBytes']).toBeGreaterThan(0);
  const moved = `${directory.path}-moved`;
  await rename(directory.path, moved);
  try {
    expect(daemon.health()['freeBytes']).toBe(0);
  } finally {
    await rename(moved, directory.path);
  }
});

test('a later stop still knows every source, after all files were moved to the archive', async () => {
  await using directory = await temporaryDirectory();
  for (const last of [3, 6]) {
    {
      await using daemon = await daemonIn(directory.path);
      await using link = await linkTo(daemon.port);
      await link.send(recordsOf(1, last));
    }
    const names = await readdir(directory.path);
    for (const name of names.filter(name => name.startsWith('B'))) await rm(join(directory.path, name));
  }
  await using daemon = await daemonIn(directory.path);
  await using link = await linkTo(daemon.port);
  expect(link.lastOnDisk).toBe(6);
});

test('without its source table a daemon learns from the manifests what is on disk', async () => {
  await using directory = await temporaryDirectory();
  {
    await using daemon = await daemonIn(directory.path);
    await using link = await linkTo(daemon.port);
    await link.send(recordsOf(1, 4));
  }
  await rm(join(directory.path, 'sources.json'));
  await using daemon = await daemonIn(directory.path);
  await using link = await linkTo(daemon.port);
  expect(link.lastOnDisk).toBe(4);
});

test('many clients at once: each record is in the file once, and none is torn by another', async () => {
  await using directory = await temporaryDirectory();
  await using daemon = await daemonIn(directory.path);
  const sources = ['SPILL@1', 'SPILL@2', 'SPILL@3', 'SPILL@4'];
  await Promise.all(
    sources.map(async (source, index) => {
      await using link = await linkTo(daemon.port, source);
      const records = range(1, 300).map(sequence => ({
        ...recordOf(sequence + index * 1000),
        sequence,
      }));
      expect(await link.send(records)).toBe(300);
    }),
  );
  const counts = await spillCountsIn(directory.path);
  expect(counts.length).toBe(1200);
  for (const index of sources.keys()) {
    const own = counts.filter(count => Math.floor(count / 1000) === index);
    expect(own).toEqual(range(1 + index * 1000, 300 + index * 1000));
  }
});

test('a second connection of a source takes over from one that hangs', async () => {
  await using directory = await temporaryDirectory();
  await using daemon = await daemonIn(directory.path);
  await using old = await linkTo(daemon.port);
  await old.send(recordsOf(1, 2));
  await using link = await linkTo(daemon.port);
  expect(await link.send(recordsOf(3, 4))).toBe(4);
  await expect(old.send(recordsOf(5, 5))).rejects.toMatchObject({ code: 'ROTOROOTER_AWAY' });
});

test('a period begins at its hour in block time, whatever the clock says', async () => {
  await using directory = await temporaryDirectory();
  await using daemon = await daemonIn(directory.path);
  await using link = await linkTo(daemon.port);
  const eight = Date.UTC(2005, 4, 20, 20) / 1000;
  const at = (sequence: number, seconds: number) => recordOf(sequence, { time: { seconds, nanoseconds: 0 } });
  // The last one is late: its file is closed for good, so it goes into the open one.
  await link.send([at(1, eight - 2), at(2, eight - 1), at(3, eight), at(4, eight + 1), at(5, eight - 1)]);
  const files = [...(await filesIn(directory.path))].map(([name, { records }]) => [name, records.length]);
  expect(files).toEqual([
    ['B050520_195958.mbeam.raw', 2],
    ['B050520_200000.mbeam.raw.part', 3],
  ]);
});

test('a file does not grow beyond its size, and a request closes it', async () => {
  await using directory = await temporaryDirectory();
  const bytes = 3 * recordOf(50).bytes.byteLength;
  await using daemon = await daemonIn(directory.path, { roll: { hours: 4, bytes } });
  await using link = await linkTo(daemon.port);
  await link.send(range(1, 7).map(sequence => ({ ...recordOf(50), sequence })));
  expect(await link.roll()).toBe('B050520_194540.2.mbeam.raw');
  expect(await link.roll()).toBe('');
  const files = [...(await filesIn(directory.path))].map(([name, { records }]) => [name, records.length]);
  expect(files).toEqual([
    ['B050520_194540.1.mbeam.raw', 3],
    ['B050520_194540.2.mbeam.raw', 1],
    ['B050520_194540.mbeam.raw', 3],
  ]);
});

test('a file of an earlier run is overwritten only on request, one of this run never', async () => {
  await using directory = await temporaryDirectory();
  const run = async (overwrite: boolean, source: string): Promise<void> => {
    await using daemon = await daemonIn(directory.path, { overwrite });
    await using link = await linkTo(daemon.port, source);
    await link.send([{ ...recordOf(1), sequence: 1 }]);
    await link.roll();
    await link.send([{ ...recordOf(1), sequence: 2 }]);
  };
  await run(false, 'FIRST@1');
  await run(false, 'SECOND@1');
  expect([...(await filesIn(directory.path)).keys()]).toEqual([
    'B050520_194402.1.mbeam.raw',
    'B050520_194402.2.mbeam.raw',
    'B050520_194402.3.mbeam.raw',
    'B050520_194402.mbeam.raw',
  ]);
  await run(true, 'THIRD@1');
  expect((await filesIn(directory.path)).size).toBe(4);
  const manifest = await readFile(join(directory.path, `${NAME}.manifest.json`), 'utf8');
  expect(Manifest.parse(JSON.parse(manifest)).sources[0]?.source).toBe('THIRD@1');
});
