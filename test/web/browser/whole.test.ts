import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { addressesIn, demoIn, natsIn, ROOT, spillway } from '../../helpers/system.ts';
import { temporaryDirectory } from '../../helpers/temporary-directory.ts';
import { until } from '../../helpers/until.ts';
import { CHROMIUM, openBrowser, WITHOUT_BROWSER, watch } from '../helpers/browser.ts';

if (CHROMIUM === undefined) console.log(`the page of a whole system: ${WITHOUT_BROWSER}`);

/** The horn trips as soon as it runs, and stays off. */
const SCENARIO = `title: Horn trip
seed: 3
steps:
  - { at: 5s, for: 30m, effect: horn-trip }
`;

const TRIP = 'beam/horn/trip';

/** The demo's own user may do everything; what is typed is in spillway.yaml. */
async function signIn(page: Page): Promise<void> {
  await page.locator('.tools button', { hasText: 'Sign in' }).click();
  await page.locator('dialog input[name=username]').fill('demo');
  await page.locator('dialog input[type=password]').fill('spillway');
  await page.keyboard.press('Enter');
  await page.locator('.tools', { hasText: 'Sign out demo' }).waitFor();
}

async function gatewayPid(url: string): Promise<number> {
  const { actors } = (await (await fetch(`${url}/api/v1/health`)).json()) as {
    actors: { actor: string; pid: number }[];
  };
  const found = actors.find(({ actor }) => actor === 'gateway');
  if (!found) throw new Error('the gateway gives no heartbeat');
  return found.pid;
}

async function openViewer(browser: Browser, url: string, path: string) {
  const page = await (await browser.newContext()).newPage();
  page.setDefaultTimeout(60_000);
  const watched = watch(page, url);
  await page.goto(url + path);
  await page.locator('.live.good').waitFor();
  return { page, watched };
}

describe.skipIf(CHROMIUM === undefined)('the page of a whole system', () => {
  test('shows spills as they come, lets one of two acknowledge, and misses nothing while the gateway is gone', async () => {
    await using directory = await temporaryDirectory();
    await writeFile(join(directory.path, 'scenario.yaml'), SCENARIO);
    const config = await demoIn(directory.path, text =>
      text
        .replace(/scenario: .*/, `scenario: ${join(directory.path, 'scenario.yaml')}`)
        .replace(/rules: alarms/, `rules: ${ROOT}/alarms`),
    );
    await using _system = spillway('up', '--config', config, '--duration', '300s');
    await natsIn(directory.path);
    const port = (await addressesIn(directory.path))['actors.gateway.listen.port'] as number;
    const url = `http://127.0.0.1:${port}`;
    await until(async () => (await fetch(`${url}/readyz`)).ok, { timeoutMs: 90_000, what: 'the gateway' });

    const browser = await openBrowser();
    await using _browser = { [Symbol.asyncDispose]: () => browser.close() };
    const one = await openViewer(browser, url, '/');
    const two = await openViewer(browser, url, '/alarms');

    // A spill in the header, and what the store has of it on the board.
    const spillTime = () => one.page.locator('.spill .time b').textContent();
    const before = await spillTime();
    await expect.poll(spillTime, { timeout: 30_000 }).not.toBe(before);
    await one.page
      .locator('.panel.stat', { hasText: 'Protons per spill' })
      .getByText(/\d\d\.\d/)
      .waitFor();

    // The alarm comes to both; both acknowledge what they see.
    for (const { page } of [one, two]) {
      await signIn(page);
      await page.locator('.alarm-count.any').waitFor();
      await page.goto(`${url}/alarms/${TRIP}`);
      await page.locator('.alarm-details button', { hasText: /^Acknowledge$/ }).click();
    }
    await Promise.all([one, two].map(({ page }) => page.keyboard.press('Enter')));
    const said = await Promise.all(
      [one, two].map(async ({ page }) => {
        const words = page
          .locator('.toasts, .outcomes')
          .getByText(/done|changed/)
          .first();
        await words.waitFor();
        return ((await words.textContent()) ?? '').includes('not done') ? 'told' : 'done';
      }),
    );
    expect(said.toSorted()).toEqual(['done', 'told']);
    for (const { page } of [one, two]) {
      const cross = page.locator('dialog [aria-label=Close]');
      if (await cross.isVisible()) await cross.click();
      await page.locator('.alarm-details dd', { hasText: /^acknowledged/ }).waitFor();
    }

    // Without a gateway the page says so; what happened meanwhile is there when it is back, on the same page.
    process.kill(await gatewayPid(url), 'SIGKILL');
    await one.page.locator('[data-condition=away]').waitFor();
    await one.page.locator('.live.good').waitFor();
    await one.page.locator('.tools', { hasText: 'Sign out demo' }).waitFor();
    await one.page.locator('.alarm-details button', { hasText: 'Comment' }).click();
    await one.page.keyboard.type('after the restart');
    await one.page.keyboard.press('Enter');
    await two.page.locator('.alarm-details dd', { hasText: /^demo: after the restart/ }).waitFor();
    const unexpected = [one, two]
      .flatMap(({ watched }) => watched.errors)
      .filter(text => !EXPECTED.test(text));
    expect([unexpected, one.watched.foreign, two.watched.foreign]).toEqual([[], [], []]);
  }, 240_000);
});

/** What a browser itself says of a refusal that is meant, and of a gateway that is gone. */
const EXPECTED =
  /status of (401|409|503)|ERR_CONNECTION|WebSocket connection|ERR_EMPTY_RESPONSE|ERR_INCOMPLETE/;
