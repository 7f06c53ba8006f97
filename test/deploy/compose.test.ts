import { access, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { ROOT, spillway } from '../helpers/spillway.ts';
import { temporaryDirectory } from '../helpers/temporary-directory.ts';

const FOLDER = join(ROOT, 'deploy', 'compose');
const Service = z.looseObject({
  image: z.string().optional(),
  volumes: z.array(z.string()).default([]),
  environment: z.record(z.string(), z.string()).default({}),
});
const compose = z
  .looseObject({ services: z.record(z.string(), Service), volumes: z.record(z.string(), z.null()) })
  .parse(parse(await readFile(join(FOLDER, 'compose.yaml'), 'utf8')));

test('every file that a container is given is there', async () => {
  const mounts = Object.values(compose.services).flatMap(({ volumes }) =>
    volumes.map(volume => volume.split(':')[0] ?? ''),
  );
  const files = mounts.filter(from => from.startsWith('.'));
  expect(files.length).toBeGreaterThan(5);
  for (const file of files) await access(join(FOLDER, file));
  expect(mounts.filter(from => !from.startsWith('.')).toSorted()).toEqual(
    Object.keys(compose.volumes).toSorted(),
  );
});

test('every image is of a certain version, so that tomorrow starts what ran today', () => {
  const images = Object.values(compose.services).flatMap(({ image }) => image ?? []);
  expect(images).toHaveLength(3);
  for (const image of images) expect(image).toMatch(/^[a-z]+(?:\/[a-z-]+)?:\d+\.\d+/);
});

test('every password has its line in example.env, and none a value', async () => {
  const text = await readFile(join(FOLDER, 'compose.yaml'), 'utf8');
  const asked = new Set([...text.matchAll(/\$\{(\w+):\?\}/g)].map(([, name]) => name));
  const example = (await readFile(join(FOLDER, 'example.env'), 'utf8')).match(/^\w+=.*$/gm) ?? [];
  expect(new Set(example)).toEqual(new Set([...asked].map(name => `${name}=`)));
});

test('the configuration in the container is one that is understood', async () => {
  await using directory = await temporaryDirectory();
  const text = await readFile(join(FOLDER, 'spillway.yaml'), 'utf8');
  const path = join(directory.path, 'spillway.yaml');
  await writeFile(path, text.replaceAll('/opt/spillway', ROOT));
  const { stdout, stderr, code } = await spillway(['check', '--config', path], {
    env: { NATS_PASSWORD: 'a', SPILLWAY_STORE_PASSWORD: 'b' },
  });
  expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
  expect(stdout).toContain('beam-monitor');
});
