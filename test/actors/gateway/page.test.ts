import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { preferred } from '../../../actors/gateway/http/body.ts';
import { bundlePage } from '../../../actors/gateway/page/bundle.ts';
import { OWN_PAGE } from '../../../actors/gateway/page/page.ts';
import { temporaryDirectory } from '../../helpers/temporary-directory.ts';
import { runGateway } from './harness.ts';

const HTML = `<!doctype html><meta name="version" content="{{version}}"><link rel="stylesheet" href="{{style}}">
<script type="module" src="{{script}}"></script>`;

async function writePage(directory: string, script = `document.title = 'Beam'; import('./late.ts');`) {
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, 'index.html'), HTML);
  await writeFile(join(directory, 'main.ts'), script);
  await writeFile(join(directory, 'late.ts'), `export const words = ${JSON.stringify('late '.repeat(400))};`);
  await writeFile(join(directory, 'style.css'), '@import "./more.css"; body { margin: 0 }');
  await writeFile(join(directory, 'more.css'), 'p { color: red }');
}

test('the shell names its files by their contents, and every address of the page is answered with it', async () => {
  await using directory = await temporaryDirectory();
  await writePage(directory.path);
  await using gateway = await runGateway({ page: { directory: directory.path } });
  const shell = await fetch(gateway.url);
  expect(shell.headers.get('cache-control')).toBe('no-cache');
  expect(shell.headers.get('content-security-policy')).toContain("worker-src 'none'");
  const html = await shell.text();
  const [, version, style, script] =
    /content="([\w-]{12})".*href="(\/assets\/style-\w+\.css)".*src="(\/assets\/main-\w+\.js)"/s.exec(html) ??
    [];
  expect(version).toBeDefined();
  const places = [
    '/boards/shift-overview',
    '/alarms',
    '/alarms/beam/horn/current',
    '/silences',
    '/d/x/y?from=now-6h',
  ];
  for (const path of places) expect(await (await fetch(`${gateway.url}${path}`)).text()).toBe(html);
  for (const path of [style, script]) {
    const file = await fetch(`${gateway.url}${path}`);
    expect(file.status).toBe(200);
    expect(file.headers.get('cache-control')).toContain('immutable');
    expect(file.headers.get('x-content-type-options')).toBe('nosniff');
  }
  const tag = shell.headers.get('etag') ?? '';
  const again = await fetch(gateway.url, { headers: { 'if-none-match': tag } });
  expect([again.status, await again.text()]).toEqual([304, '']);
  for (const path of ['/assets/main.js', '/assets/..%2f..%2fpackage.json', '/nowhere'])
    expect((await fetch(`${gateway.url}${path}`)).status).toBe(404);
});

test('a page that has changed has another version, one that has not has the same', async () => {
  await using directory = await temporaryDirectory();
  await writePage(directory.path);
  const [one, same] = [
    await bundlePage(directory.path, { maps: false }),
    await bundlePage(directory.path, { maps: false }),
  ];
  expect(same.version).toBe(one.version);
  await writeFile(join(directory.path, 'late.ts'), 'export const words = 1;');
  expect((await bundlePage(directory.path, { maps: false })).version).not.toBe(one.version);
});

test('source maps are served only when they are asked for', async () => {
  await using directory = await temporaryDirectory();
  await writePage(directory.path);
  const isMap = (path: string) => path.endsWith('.map');
  const plain = await bundlePage(directory.path, { maps: false });
  expect([...plain.files.keys()].filter(isMap)).toEqual([]);
  const mapped = await bundlePage(directory.path, { maps: true });
  expect([...mapped.files.keys()].filter(isMap)).not.toEqual([]);
});

test('what a browser gets compressed is what it gets plain', async () => {
  await using directory = await temporaryDirectory();
  await writePage(directory.path);
  const { files } = await bundlePage(directory.path, { maps: false });
  const late = [...files].find(([, { bytes }]) => Buffer.from(bytes).includes('late late'));
  if (!late) throw new Error('no file has the words');
  await using gateway = await runGateway({ page: { directory: directory.path } });
  for (const [coding, inflate] of [
    ['br', brotliDecompressSync],
    ['gzip', gunzipSync],
  ] as const) {
    const bytes = await late[1].in(coding);
    expect(bytes.length).toBeLessThan(late[1].bytes.length / 4);
    expect(inflate(bytes).equals(Buffer.from(late[1].bytes))).toBe(true);
    const served = await fetch(`${gateway.url}${late[0]}`, { headers: { 'accept-encoding': coding } });
    expect(served.headers.get('content-encoding')).toBe(coding);
    expect(await served.text()).toBe(Buffer.from(late[1].bytes).toString());
  }
  const plain = await fetch(`${gateway.url}${late[0]}`, { headers: { 'accept-encoding': 'identity' } });
  expect(plain.headers.get('content-encoding')).toBeNull();
});

test.each([
  ['gzip, deflate, br', 'br'],
  ['gzip', 'gzip'],
  ['br;q=0, gzip;q=0.5', 'gzip'],
  ['br;q=0.0', undefined],
  ['', undefined],
  ['deflate', undefined],
])('of "%s" it sends %s', (accept, coding) => {
  expect(preferred(accept)).toBe(coding);
});

test.each([
  ['that is not there', async () => {}],
  ['that does not build', (directory: string) => writePage(directory, 'const = 1;')],
  [
    'whose shell asks for what there is not',
    async (directory: string) => {
      await writePage(directory);
      await writeFile(join(directory, 'index.html'), '<script src="{{scirpt}}"></script>');
    },
  ],
])('a gateway with a page %s serves alarms, and says what is missing', async (_, make) => {
  await using directory = await temporaryDirectory();
  const web = join(directory.path, 'web');
  await make(web);
  await using gateway = await runGateway({ page: { directory: web } });
  const { status, json } = await gateway.call('GET', '/', { as: 'nobody' });
  expect(status).toBe(503);
  expect(json['text']).toContain('no shift page');
  expect(JSON.stringify(json)).not.toContain(web);
  expect(gateway.log.some(({ msg }) => String(msg).includes('there is no shift page'))).toBe(true);
  expect((await gateway.call('GET', '/api/v1/alarms')).status).toBe(200);
});

test('the page of Spillway asks for no style or script in its markup, which its policy forbids', async () => {
  const html = await readFile(join(OWN_PAGE, 'index.html'), 'utf8');
  expect(html).not.toMatch(/<style|style=|<script(?![^>]*\bsrc=)|\son\w+=/i);
});
