import { link, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { filed } from '../../../runtime/verify/beam-files.ts';
import { FIRST_BEAM, recordsOf } from '../../actors/rotorooter/helpers.ts';
import { temporaryDirectory } from '../../helpers/temporary-directory.ts';

const NAME = 'B050520_194402.mbeam.raw';
const bytes = Buffer.concat(recordsOf(1, 5).map(record => record.bytes));
const [from, to] = [FIRST_BEAM * 1000, FIRST_BEAM * 1000 + 60_000];
const NOTHING_PACKED = new Map<string, string>();

test('a file that gets its final name while the directory is listed is read once', async () => {
  await using directory = await temporaryDirectory();
  await writeFile(join(directory.path, `${NAME}.part`), bytes);
  await link(join(directory.path, `${NAME}.part`), join(directory.path, NAME));
  const { seen } = await filed(directory.path, NOTHING_PACKED, from, to);
  expect(seen.map(({ where }) => where)).toHaveLength(5);
});

test('a torn end is how a file being written looks, and damage to one that is closed', async () => {
  await using directory = await temporaryDirectory();
  await writeFile(join(directory.path, `${NAME}.part`), bytes.subarray(0, -1));
  const open = await filed(directory.path, NOTHING_PACKED, from, to);
  expect([open.seen.length, open.findings]).toEqual([4, []]);
  await writeFile(join(directory.path, NAME), bytes.subarray(0, -1));
  const both = await filed(directory.path, NOTHING_PACKED, from, to);
  const where = expect.stringMatching(new RegExp(`^${NAME} at byte \\d+: torn, `));
  expect(both.findings).toEqual([{ kind: 'different', stage: 'filed', key: 'unreadable', where }]);
});

test('a block that is bad costs one record, and is told for the hours of its file only', async () => {
  await using directory = await temporaryDirectory();
  const bad = Buffer.from(bytes);
  bad[bad.length - 1] = (bad[bad.length - 1] ?? 0) ^ 1;
  await writeFile(join(directory.path, NAME), Buffer.concat([bad, bytes]));
  const { seen, findings } = await filed(directory.path, NOTHING_PACKED, from, to);
  expect(seen).toHaveLength(9);
  expect(findings).toMatchObject([{ where: expect.stringContaining('BLOCK_CHECKSUM') }]);
  const later = await filed(directory.path, NOTHING_PACKED, to + 3_600_000, to + 7_200_000);
  expect(later).toEqual({ seen: [], findings: [] });
});

test('a file without anything that can be read is told whatever the range, and no directory is no file', async () => {
  await using directory = await temporaryDirectory();
  const beam = join(directory.path, 'beam');
  expect(await filed(beam, NOTHING_PACKED, from, to)).toEqual({ seen: [], findings: [] });
  await mkdir(beam);
  await writeFile(join(beam, NAME), 'not a record');
  const { findings } = await filed(beam, NOTHING_PACKED, 0, 1);
  expect(findings).toMatchObject([{ kind: 'different', where: expect.stringContaining('BLOCK_MALFORMED') }]);
});
