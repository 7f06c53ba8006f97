import { copyFile, readdir, readFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { decodeJournal, ENTRY_BYTES, encodeEntry } from '../../../actors/rotorooter/journal.ts';
import { temporaryDirectory } from '../../helpers/temporary-directory.ts';
import { daemonIn, filesIn, linkTo, range, recordOf, recordsOf, spillCountsIn } from './helpers.ts';

const NAME = 'B050520_194402.mbeam.raw';

/** A directory as a daemon leaves it that is killed after batches of records 1 to 3, 4 to 6 and 7 to 9. */
async function leftOpen() {
  const directory = await temporaryDirectory();
  const copy = await temporaryDirectory();
  await using _original = directory;
  await using daemon = await daemonIn(directory.path);
  await using link = await linkTo(daemon.port);
  await link.send(recordsOf(1, 9));
  for (const name of ['sources.json', `${NAME}.part`, `${NAME}.journal`]) {
    await copyFile(join(directory.path, name), join(copy.path, name));
  }
  // Which records share a batch is a matter of timing; here it is given.
  const journal = join(copy.path, `${NAME}.journal`);
  const bytes = await readFile(journal);
  for (const [index, entry] of decodeJournal(bytes).entries()) {
    if (entry) encodeEntry(bytes, index * ENTRY_BYTES, { ...entry, syncedBefore: index - (index % 3) });
  }
  await writeFile(journal, bytes);
  return {
    path: copy.path,
    data: join(copy.path, `${NAME}.part`),
    journal,
    [Symbol.asyncDispose]: () => copy[Symbol.asyncDispose](),
  };
}

const sizeOf = async (path: string): Promise<number> => (await stat(path)).size;

/** Flips a bit in the middle of a file. */
async function damage(path: string, offset: number): Promise<void> {
  const bytes = await readFile(path);
  bytes[offset] = (bytes[offset] ?? 0) ^ 1;
  await writeFile(path, bytes);
}

/** Starts a daemon on the directory, sends records up to 12 as a feed does, and closes the file. */
async function goOn(path: string): Promise<number> {
  await using daemon = await daemonIn(path);
  await using link = await linkTo(daemon.port);
  const from = link.lastOnDisk;
  await link.send(recordsOf(from + 1, 12));
  await link.roll();
  return from;
}

test('nothing was being written: all of it is kept', async () => {
  await using left = await leftOpen();
  expect(await goOn(left.path)).toBe(9);
  expect(await spillCountsIn(left.path)).toEqual(range(1, 12));
});

test('a record torn at any byte is cut, and comes again', async () => {
  const { length } = recordOf(9).bytes;
  for (const missing of [1, 24, length - 24, length - 1, length]) {
    await using left = await leftOpen();
    await truncate(left.data, (await sizeOf(left.data)) - missing);
    expect(await goOn(left.path)).toBe(8);
    expect(await spillCountsIn(left.path)).toEqual(range(1, 12));
  }
});

test('a journal torn at any byte of its last entry takes that record with it', async () => {
  for (const missing of [1, 16, ENTRY_BYTES - 1, ENTRY_BYTES]) {
    await using left = await leftOpen();
    await truncate(left.journal, (await sizeOf(left.journal)) - missing);
    expect(await goOn(left.path)).toBe(8);
    expect(await spillCountsIn(left.path)).toEqual(range(1, 12));
  }
});

test('records behind the journal were acknowledged to nobody, and are cut', async () => {
  await using left = await leftOpen();
  const tail = Buffer.concat(recordsOf(40, 60).map(({ bytes }) => bytes));
  await writeFile(left.data, tail.subarray(0, -1), { flag: 'a' });
  expect(await goOn(left.path)).toBe(9);
  expect(await spillCountsIn(left.path)).toEqual(range(1, 12));
});

test('a whole record in the place of another is not what the journal tells, and is cut', async () => {
  await using left = await leftOpen();
  const other = recordOf(9, { spillCount: 99 }).bytes;
  const bytes = await readFile(left.data);
  await writeFile(left.data, Buffer.concat([bytes.subarray(0, -other.length), other]));
  expect(await goOn(left.path)).toBe(8);
  expect(await spillCountsIn(left.path)).toEqual(range(1, 12));
});

test('a hole in the last batch takes all of the batch behind it', async () => {
  await using left = await leftOpen();
  await damage(
    left.data,
    (await sizeOf(left.data)) - recordOf(9).bytes.length - recordOf(8).bytes.length + 30,
  );
  expect(await goOn(left.path)).toBe(7);
  expect(await spillCountsIn(left.path)).toEqual(range(1, 12));
});

test('damage in what was acknowledged is never cut: the file is set aside, and nothing is written twice', async () => {
  await using left = await leftOpen();
  await damage(left.data, recordOf(1).bytes.length + 30);
  const size = await sizeOf(left.data);
  expect(await goOn(left.path)).toBe(9);
  expect(await sizeOf(`${left.data}.damaged`)).toBe(size);
  expect(await spillCountsIn(left.path)).toEqual(range(10, 12));
});

test('a part without a journal is set aside, and its records come again', async () => {
  await using left = await leftOpen();
  await rm(left.journal);
  expect(await goOn(left.path)).toBe(0);
  expect(await readdir(left.path)).toContain(`${NAME}.part.damaged`);
});

test('a part that was taken away is asked for again', async () => {
  await using left = await leftOpen();
  await rm(left.data);
  expect(await goOn(left.path)).toBe(0);
  expect(await spillCountsIn(left.path)).toEqual(range(1, 12));
});

test('a journal of unknown sources is refused, since no one could tell what is on disk', async () => {
  await using left = await leftOpen();
  await rm(join(left.path, 'sources.json'));
  await expect(daemonIn(left.path)).rejects.toMatchObject({ code: 'FILE_STATE_LOST' });
  await writeFile(join(left.path, 'sources.json'), '{"format":');
  await expect(daemonIn(left.path)).rejects.toMatchObject({ code: 'FILE_STATE_LOST' });
});

test('records of one source are never booked to another: a lost source table is refused while a journal needs its numbers', async () => {
  await using directory = await temporaryDirectory();
  await using copy = await temporaryDirectory();
  {
    await using daemon = await daemonIn(directory.path);
    await using first = await linkTo(daemon.port, 'SPILL@1');
    await first.send(recordsOf(1, 3));
    const archived = await first.roll();
    await using second = await linkTo(daemon.port, 'SPILL@2');
    await second.send(recordsOf(4, 6));
    await second.roll();
    await first.send(recordsOf(7, 9));
    // The crash: SPILL@1 is in the open file, SPILL@2 in the only manifest that was not moved to the archive.
    for (const name of await readdir(directory.path)) {
      const left = name !== 'sources.json' && !name.startsWith(archived) && !name.startsWith('rotorooter.');
      if (left) await copyFile(join(directory.path, name), join(copy.path, name));
    }
    await copyFile(join(directory.path, 'sources.json'), join(copy.path, 'saved'));
  }
  await expect(daemonIn(copy.path)).rejects.toMatchObject({
    code: 'FILE_STATE_LOST',
    message: expect.stringMatching(
      /sources\.json is gone.*put it back.*move the \.part and \.journal files away/,
    ),
  });
  await rename(join(copy.path, 'saved'), join(copy.path, 'sources.json'));
  await using daemon = await daemonIn(copy.path);
  await using first = await linkTo(daemon.port, 'SPILL@1');
  await using second = await linkTo(daemon.port, 'SPILL@2');
  expect([first.lastOnDisk, second.lastOnDisk]).toEqual([9, 6]);
});

test('a crash at any step of closing loses and doubles nothing', async () => {
  // What is there after each step: the manifest is written, the part is read-only, it has its name.
  const steps: ((left: { path: string; data: string }) => Promise<void>)[] = [
    left => writeFile(join(left.path, `${NAME}.manifest.json`), '{}'),
    left => writeFile(left.data, '', { flag: 'a', mode: 0o444 }),
    async left => {
      const sources = await readFile(join(left.path, 'sources.json'), 'utf8');
      await writeFile(join(left.path, 'sources.json'), sources.replace('"lastOnDisk": 0', '"lastOnDisk": 9'));
      await rename(left.data, join(left.path, NAME));
    },
  ];
  for (const [count] of steps.entries()) {
    await using left = await leftOpen();
    for (const step of steps.slice(0, count + 1)) await step(left);
    expect(await goOn(left.path)).toBe(9);
    expect(await spillCountsIn(left.path)).toEqual(range(1, 12));
    const names = await readdir(left.path);
    expect(names.filter(name => name.endsWith('.journal'))).toEqual([]);
  }
});

test('of several parts the newest goes on, the others are closed', async () => {
  await using left = await leftOpen();
  const [data, journal] = [left.data, left.journal].map(path => path.replace('194402', '194401'));
  await copyFile(left.data, data ?? '');
  await copyFile(left.journal, journal ?? '');
  await using daemon = await daemonIn(left.path);
  expect([...(await filesIn(left.path)).keys()]).toEqual(['B050520_194401.mbeam.raw', `${NAME}.part`]);
  expect(daemon.health()['stalled']).toBe(0);
});
