import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { z } from 'zod';

const Names = z.record(z.string(), z.string()).default({});
const Manifest = z.object({ dependencies: Names, optionalDependencies: Names, devDependencies: Names });
const Lock = z.object({ packages: z.record(z.string(), z.object({ optionalDependencies: Names })) });

const text = (file: string) => readFile(file, 'utf8');

test('the lock file names the packages of every system, without which `npm ci` refuses it', async () => {
  const { packages } = Lock.parse(JSON.parse(await text('package-lock.json')));
  const paths = Object.keys(packages);
  const missing = Object.values(packages)
    .flatMap(entry => Object.keys(entry.optionalDependencies))
    .filter(name => !paths.some(path => path.endsWith(`node_modules/${name}`)));
  expect(missing).toEqual([]);
});

test('the lock file names no registry, so that whatever npm is configured to use is used', async () => {
  expect(await text('package-lock.json')).not.toContain('"resolved"');
});

test('each dependency is exact and has its reason in docs/dependencies.md', async () => {
  const manifest = Manifest.parse(JSON.parse(await text('package.json')));
  const all = { ...manifest.dependencies, ...manifest.optionalDependencies, ...manifest.devDependencies };
  const reasons = await text('docs/dependencies.md');
  expect(Object.keys(all).filter(name => !reasons.includes(`\`${name}\``))).toEqual([]);
  expect(Object.values(all).filter(version => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
});
