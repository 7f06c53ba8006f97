import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readGains } from '../../../actors/sentinel/vignetting-file.ts';
import { temporaryDirectory } from '../../helpers/temporary-directory.ts';
import { smallProfile } from './small.ts';

const profile = smallProfile(16, 16);

test('without a map the light is even', async () => {
  const { gains, digest } = await readGains(profile, undefined);
  expect([gains.length, new Set(gains), digest]).toEqual([16, new Set([1]), undefined]);
});

test('a map of blocks is read as numpy writes it, and named by its digest', async () => {
  await using directory = await temporaryDirectory();
  const path = join(directory.path, 'map.txt');
  await writeFile(path, '# light over the picture\n1.0e+00 5.0e-01\n0.25, 2\n\n');
  const { gains, digest } = await readGains(profile, path);
  expect([...gains]).toEqual([1, 1, 2, 2, 1, 1, 2, 2, 4, 4, 0.5, 0.5, 4, 4, 0.5, 0.5]);
  expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/);
});

test.each([
  ['does not cover the sensor', '1 1 1\n1 1 1\n', /map.txt: a vignetting map of 6 blocks of 8 pixels/],
  ['has a word for a number', '1 one\n1 1\n', /map.txt: block 0, 1 of a vignetting map is NaN/],
  ['is empty', '\n', /map.txt: a vignetting map of 0 blocks/],
])('a map that %s is refused, with its place', async (_, text, reason) => {
  await using directory = await temporaryDirectory();
  const path = join(directory.path, 'map.txt');
  await writeFile(path, text);
  await expect(readGains(profile, path)).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringMatching(reason),
  });
  await expect(readGains(profile, join(directory.path, 'none'))).rejects.toMatchObject({
    code: 'CONFIG_UNREADABLE',
  });
});
