import { describe, expect, test } from 'vitest';
import { eventDisplayPanel } from '../../../dashboards/build/displays.ts';
import { CHROMIUM, WITHOUT_BROWSER } from '../helpers/browser.ts';
import { captionOf, displayNews, pictureOf } from '../helpers/captions.ts';
import type { FakeGateway } from '../helpers/fake-gateway.ts';
import { boardOf } from '../helpers/made-up.ts';
import { pages, SOON } from '../helpers/open-page.ts';

if (CHROMIUM === undefined) console.log(`displays: ${WITHOUT_BROWSER}`);

const panel = eventDisplayPanel({
  id: 1,
  title: 'Last event',
  description: 'What the camera saw last',
  detector: 'lime',
  kind: 'event',
});

/** A board with the panel, two pictures that were there before, and those that are yet to be told. */
function camera(gateway: FakeGateway): void {
  gateway.boards = [boardOf([panel])];
  gateway.displays = [captionOf(1), captionOf(2)];
  gateway.pictures = new Map([1, 2, 3, 4].map(serial => [captionOf(serial).url, pictureOf(20 + serial)]));
}

describe.skipIf(CHROMIUM === undefined)('the panel of event displays', () => {
  const open = pages();

  test('shows a picture as it comes, with its caption and in words', async () => {
    await using opened = await open('/', { before: camera });
    const { page, gateway, watched } = opened;
    const image = page.locator('.display img');
    await expect.poll(() => image.getAttribute('alt'), SOON).toBe('Event display of event 2');
    gateway.say(displayNews(3));
    await page.locator('.display img[src$="/3.png"]').waitFor();
    await expect.poll(() => image.evaluate((one: HTMLImageElement) => one.naturalWidth), SOON).toBe(23);
    expect(await image.getAttribute('alt')).toBe('Event display of event 3');
    expect(await page.locator('.display figcaption').textContent()).toContain(
      'run 42901, event 3, 23:35:52 UTC',
    );
    gateway.say(displayNews(4, { detector: 'mango' }));
    gateway.say(displayNews(4, { kind: 'waveforms' }));
    await page.locator('.live', { hasText: /^live$/ }).waitFor();
    expect(await image.getAttribute('src')).toMatch(/\/3\.png$/);
    expect(watched).toEqual({ errors: [], foreign: [] });
  });

  test('goes back by the arrow keys, and stays there when the next one comes', async () => {
    await using opened = await open('/', { before: camera });
    const { page, gateway } = opened;
    const shows = (serial: number) => page.locator(`.display img[src$="/${serial}.png"]`).waitFor();
    await shows(2);
    await page.locator('.display .enlarge').focus();
    await page.keyboard.press('ArrowLeft');
    await shows(1);
    gateway.say(displayNews(3));
    await page.locator('.display figcaption', { hasText: '2 back' }).waitFor();
    await shows(1);
    await page.getByRole('button', { name: 'Newer picture' }).click();
    await shows(2);
    await page.keyboard.press('End');
    await shows(3);
    gateway.say(displayNews(4));
    await shows(4);
    expect(await page.getByRole('button', { name: 'Newer picture' }).isDisabled()).toBe(true);
  });

  test('is enlarged by a click, goes on there, and Esc brings the board back', async () => {
    await using opened = await open('/', { before: camera });
    const { page, gateway } = opened;
    await page.locator('.panel .display .enlarge').click();
    const large = page.locator('dialog.large');
    await large.locator('img[src$="/2.png"]').waitFor();
    gateway.say(displayNews(3));
    await large.locator('img[src$="/3.png"]').waitFor();
    await page.keyboard.press('Escape');
    await large.waitFor({ state: 'detached' });
    expect(await page.locator('.panel .display img').getAttribute('src')).toMatch(/\/3\.png$/);
  });

  test('says so when there is no picture, and when one cannot be had', async () => {
    await using opened = await open('/', { before: gateway => (gateway.boards = [boardOf([panel])]) });
    const { page, gateway } = opened;
    await page.locator('.panel .empty', { hasText: 'no picture yet' }).waitFor();
    gateway.say(displayNews(9));
    await page.locator('.display.lost').waitFor();
    expect(await page.locator('.display img').getAttribute('alt')).toBe('Event display of event 9');
  });

  test('the header names the run, and says that it has ended', async () => {
    await using opened = await open('/', { before: camera });
    const { page, gateway } = opened;
    await page.locator('.live', { hasText: /^live$/ }).waitFor();
    expect(await page.locator('.fact.run').isVisible()).toBe(false);
    const run = {
      type: 'run',
      site: 'lngs',
      detector: 'lime',
      run: 42901,
      pedestal: false,
      startedAt: { seconds: 1_702_596_949, nanoseconds: 0 },
      endedAt: null,
      description: 'iron-55',
      summary: null,
    } as const;
    gateway.say(run);
    await page.locator('.fact.run b', { hasText: /^42901$/ }).waitFor();
    gateway.say({ ...run, endedAt: { seconds: 1_702_597_949, nanoseconds: 0 } });
    await page.locator('.fact.run b', { hasText: '42901 ended' }).waitFor();
    expect(await page.locator('.fact.run').getAttribute('title')).toContain('lime at lngs, iron-55');
  });
});
