import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { openBrowser, type Watched, watch } from './browser.ts';
import { type FakeGateway, fakeGateway } from './fake-gateway.ts';

/** For what a page does within a second or two, on a machine that has much else to do. */
export const SOON = { timeout: 15_000 } as const;

export interface OpenPage extends AsyncDisposable {
  readonly gateway: FakeGateway;
  readonly page: Page;
  readonly watched: Watched;
}

export interface OpenOptions extends BrowserContextOptions {
  /** Before the page is opened. */
  readonly before?: (gateway: FakeGateway) => void;
  /** The page's time is moved by hand from then on. */
  readonly clock?: boolean;
}

/** One browser for a file of tests, and a page of its own on a gateway of its own for each. */
export function pages(): (path: string, options?: OpenOptions) => Promise<OpenPage> {
  let browser: Browser | undefined;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());
  return async (path, { before, clock = false, ...options } = {}) => {
    await using owned = new AsyncDisposableStack();
    const gateway = owned.use(await fakeGateway());
    before?.(gateway);
    if (!browser) throw new Error('there is no browser');
    const context = owned.use(await browser.newContext(options));
    const page = await context.newPage();
    page.setDefaultTimeout(SOON.timeout);
    const watched = watch(page, gateway.url);
    if (clock) await page.clock.install();
    await page.goto(gateway.url + path);
    await page.locator('header.top').waitFor();
    const kept = owned.move();
    return { gateway, page, watched, [Symbol.asyncDispose]: () => kept.disposeAsync() };
  };
}
