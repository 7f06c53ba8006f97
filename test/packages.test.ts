import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { z } from 'zod';

const Names = z.record(z.string(), z.string()).default({});
const Manifest = z.object({ dependencies: Names, optionalDependencies: Names, devDependencies: Names });
const Entry = z.object({
  optionalDependencies: Names,
  integrity: z.string().optional(),
  license: z.string().optional(),
  deprecated: z.string().optional(),
  hasInstallScript: z.boolean().default(false),
  optional: z.boolean().default(false),
  dev: z.boolean().default(false),
  os: z.union([z.string(), z.array(z.string())]).optional(),
});
const Lock = z.object({ packages: z.record(z.string(), Entry) });

/** Packages whose install scripts are known, and not needed: docs/dependencies.md. npm runs none of them here. */
const INSTALL_SCRIPTS = ['chdb', 'esbuild'];

/** Licences that allow what we do with them: use, copy, link, without a say in the licence of Spillway. */
const PERMISSIVE = [
  'Apache-2.0',
  'MIT',
  'MIT-0',
  'MIT OR Apache-2.0',
  'MIT AND OFL-1.1',
  'ISC',
  'BSD-2-Clause',
  'BSD-3-Clause',
  '0BSD',
  'CC0-1.0',
  'Unlicense',
  '(BSD-3-Clause OR GPL-2.0)',
];
/** File by file copyleft, used as it comes: a drawer of pictures, and in tests a part of vitest. */
const MPL = /^(?:@resvg\/resvg-js|lightningcss)/;
/** Others, by package, run in tests and never shipped. Those without a statement have MIT in their own text. */
const IN_TESTS = new Map([
  ['busboy', 'not stated'],
  ['streamsearch', 'not stated'],
  ['humanize-number', 'not stated'],
  ['discord-markdown-parser', 'Apache License'],
  ['kaitai-struct-compiler', 'GPL-3.0-or-later'],
]);

const text = (file: string) => readFile(file, 'utf8');

test('the lock file names the packages of every system, without which `npm ci` refuses it', async () => {
  const { packages } = Lock.parse(JSON.parse(await text('package-lock.json')));
  const paths = Object.keys(packages);
  const missing = Object.values(packages)
    .flatMap(entry => Object.keys(entry.optionalDependencies))
    .filter(name => !paths.some(path => path.endsWith(`node_modules/${name}`)));
  expect(missing).toEqual([]);
});

const entries = async () =>
  Object.entries(Lock.parse(JSON.parse(await text('package-lock.json'))).packages)
    .filter(([path]) => path !== '')
    .map(([path, entry]) => ({ ...entry, name: path.slice(path.lastIndexOf('node_modules/') + 13) }));

test('every package has its checksum, but for binaries of systems on which the lock file was not written', async () => {
  const without = (await entries()).filter(({ integrity }) => !integrity?.startsWith('sha512-'));
  expect(without.filter(({ optional, os }) => !optional || os === undefined)).toEqual([]);
  const ofLinux = without.filter(({ os, dev }) => !dev && os?.includes('linux')).map(({ name }) => name);
  expect(ofLinux).toEqual(['@chdb/lib-linux-arm64-gnu']);
});

test('only packages that are named here have install scripts', async () => {
  const scripts = (await entries()).filter(({ hasInstallScript }) => hasInstallScript);
  expect(scripts.map(({ name }) => name).toSorted()).toEqual(INSTALL_SCRIPTS);
});

test('no package is deprecated by its own authors', async () => {
  expect((await entries()).filter(({ deprecated }) => deprecated !== undefined)).toEqual([]);
});

test('every licence is one that allows what we do', async () => {
  const others = (await entries()).filter(
    ({ name, license, dev }) =>
      !PERMISSIVE.includes(license ?? '') &&
      !(license === 'MPL-2.0' && MPL.test(name)) &&
      !(dev && IN_TESTS.get(name) === (license ?? 'not stated')),
  );
  expect(others.map(({ name, license }) => [name, license])).toEqual([]);
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
