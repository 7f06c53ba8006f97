import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { CHROMIUM, openBrowser, WITHOUT_BROWSER } from '../test/web/helpers/browser.ts';

const HELP = `Usage: npm run screenshots -- --url http://127.0.0.1:8090 [--out docs/images/shift-page] [--from now-15m] [--wait SECONDS]

Takes a picture of every board and of the alarm list, in light and dark, and of the page on a phone, from a running
system: that of "spillway up" after some minutes. Nobody may have to sign in to look (anonymous: viewer).`;

/** Pictures are for reading a page of documentation, not for studying a plot: none is larger. */
const MOST_BYTES = 200_000;
const SCALES = [0.8, 0.65, 0.5, 0.4];

const WIDE = { width: 1680, height: 1000 };
const PHONE = { width: 390, height: 844 };

interface Picture {
  readonly name: string;
  readonly path: string;
  readonly viewport: typeof WIDE;
  readonly colorScheme: 'light' | 'dark';
}

async function take(browser: Browser, url: string, picture: Picture, waitMs: number): Promise<Buffer> {
  const { path, viewport, colorScheme } = picture;
  for (const scale of SCALES) {
    await using context = await browser.newContext({ viewport, colorScheme, deviceScaleFactor: scale });
    const page = await context.newPage();
    await page.goto(url + path);
    await settled(page, waitMs);
    // The first alarm, with what to do about it.
    if (path === '/alarms') await page.keyboard.press('j');
    const png = await page.screenshot();
    if (png.length <= MOST_BYTES) return png;
  }
  throw new Error(`${picture.name} is larger than ${MOST_BYTES} bytes at every scale`);
}

/** Every panel that can be seen has an answer. */
async function settled(page: Page, waitMs: number): Promise<void> {
  await page.locator('.live.good').waitFor();
  await page.waitForLoadState('networkidle', { timeout: waitMs }).catch(() => {
    // A page that is live never rests for long: what it has by then is what there is.
  });
}

const { values } = parseArgs({
  options: {
    url: { type: 'string' },
    out: { type: 'string', default: join(import.meta.dirname, 'images', 'shift-page') },
    from: { type: 'string', default: 'now-15m' },
    wait: { type: 'string', default: '6' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help || values.url === undefined || CHROMIUM === undefined) {
  console.log(CHROMIUM === undefined ? WITHOUT_BROWSER : HELP);
  process.exitCode = values.help ? 0 : 2;
} else {
  const url = values.url.replace(/\/$/, '');
  const { boards } = (await (await fetch(`${url}/api/v1/boards`)).json()) as { boards: { uid: string }[] };
  const places = [
    ...boards.map(({ uid }) => [uid, `/boards/${uid}?from=${values.from}&to=now`] as const),
    ['alarm-list', '/alarms'] as const,
  ];
  const pictures: Picture[] = (['light', 'dark'] as const).flatMap(colorScheme => [
    ...places.map(([name, path]) => ({ name: `${name}-${colorScheme}`, path, viewport: WIDE, colorScheme })),
    { name: `phone-${colorScheme}`, path: `/?from=${values.from}&to=now`, viewport: PHONE, colorScheme },
  ]);
  await mkdir(values.out, { recursive: true });
  const browser = await openBrowser();
  for (const picture of pictures) {
    const png = await take(browser, url, picture, Number(values.wait) * 1000);
    await writeFile(join(values.out, `${picture.name}.png`), png);
    console.log(`${picture.name}.png ${Math.round(png.length / 1000)} kB`);
  }
  await browser.close();
}
