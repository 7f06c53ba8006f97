import { execFile } from 'node:child_process';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { type Browser, chromium, type Page } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

async function find(): Promise<string | undefined> {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter))
    for (const name of NAMES) {
      const path = join(folder, name);
      const isThere = await access(path).then(
        () => true,
        () => false,
      );
      if (isThere) return path;
    }
  return undefined;
}

/** A Chromium of this machine, if it has one that starts. */
export const CHROMIUM = await find().then(async path => {
  if (path === undefined) return undefined;
  return promisify(execFile)(path, ['--version']).then(
    () => path,
    () => undefined,
  );
});

/** Why browser tests are skipped. */
export const WITHOUT_BROWSER = 'needs a Chromium on PATH (Debian: apt install chromium)';

export async function openBrowser(): Promise<Browser> {
  // In containers the sandbox needs rights that tests do not have; only our own page is opened.
  return chromium.launch({ executablePath: CHROMIUM ?? '', args: ['--no-sandbox'] });
}

/** What a page did that it must not do. */
export interface Watched {
  readonly errors: string[];
  /** Requests to anywhere but the page's own host. */
  readonly foreign: string[];
}

/** Notes console errors, exceptions and requests that leave the host. */
export function watch(page: Page, url: string): Watched {
  const watched: Watched = { errors: [], foreign: [] };
  page.on('console', message => {
    if (message.type() === 'error') watched.errors.push(message.text());
  });
  page.on('pageerror', error => watched.errors.push(String(error)));
  page.on('request', request => {
    const at = request.url();
    if (!at.startsWith(url) && !at.startsWith('data:') && !at.startsWith('blob:')) watched.foreign.push(at);
  });
  return watched;
}
