import { createHash } from 'node:crypto';
import { access, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { VERSION } from '../../../runtime/version.ts';
import { Body, Effort } from '../http/body.ts';
import type { Page } from './page.ts';

/** Where scripts and styles are served; their names hold a hash of their contents. */
export const ASSETS = '/assets';

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.map': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

/**
 * Builds the shift page in memory, from `main.ts`, `style.css` and `index.html` of a directory: what is served is what
 * stands there, and no folder of built files can be of yesterday.
 * @param maps whether source maps are served too
 * @throws Error when a file is missing or does not build
 */
export async function bundlePage(directory: string, { maps }: { readonly maps: boolean }): Promise<Page> {
  const entries = ['main.ts', 'style.css'].map(name => join(directory, name));
  const [template] = await Promise.all([
    readFile(join(directory, 'index.html'), 'utf8'),
    ...entries.map(file => access(file)),
  ]);
  // Only a gateway pays for loading it.
  const { buildSync } = await import('esbuild');
  // The synchronous call leaves no process of the bundler's behind.
  const { outputFiles } = buildSync({
    entryPoints: entries,
    absWorkingDir: directory,
    outdir: ASSETS,
    publicPath: ASSETS,
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    assetNames: '[name]-[hash]',
    loader: { '.svg': 'file', '.png': 'file', '.woff2': 'file' },
    bundle: true,
    splitting: true,
    format: 'esm',
    target: 'es2022',
    minify: true,
    sourcemap: maps ? 'linked' : false,
    write: false,
    logLevel: 'silent',
  });
  const files = new Map(
    outputFiles.map(({ path, contents }) => [
      path,
      new Body(TYPES[extname(path)] ?? 'application/octet-stream', contents, Effort.best),
    ]),
  );
  const version = versionOf(template, files);
  const shell = template.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => {
    const found =
      name === 'version'
        ? version
        : pathOf(files, name === 'script' ? 'main' : name, name === 'script' ? '.js' : '.css');
    if (found === undefined) throw new Error(`index.html asks for {{${name}}}, which there is not`);
    return found;
  });
  const page = { version, shell: new Body('text/html; charset=utf-8', shell, Effort.best), files };
  for (const body of [page.shell, ...files.values()]) precompress(body);
  return page;
}

/** Of the program and of every file of the page: equal pages have equal versions. */
function versionOf(template: string, files: ReadonlyMap<string, Body>): string {
  const hash = createHash('sha256').update(`${VERSION}\n${template}`);
  for (const [path, { digest }] of [...files].toSorted(([a], [b]) => (a < b ? -1 : 1)))
    hash.update(`\n${path} ${digest}`);
  return hash.digest('base64url').slice(0, 12);
}

const pathOf = (files: ReadonlyMap<string, Body>, name: string, extension: string): string | undefined =>
  [...files.keys()].find(path => path.startsWith(`${ASSETS}/${name}-`) && path.endsWith(extension));

/** The first visitor need not wait for it; a failure shows when somebody asks. */
function precompress(body: Body): void {
  for (const coding of ['br', 'gzip'] as const) body.in(coding).catch(() => {});
}
