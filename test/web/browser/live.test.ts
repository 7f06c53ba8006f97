import { describe, expect, test } from 'vitest';
import { alarm } from '../../actors/gateway/harness.ts';
import { CHROMIUM, WITHOUT_BROWSER } from '../helpers/browser.ts';
import { type FakeGateway, snapshotOf } from '../helpers/fake-gateway.ts';
import { boardOf, frame, spill } from '../helpers/made-up.ts';
import { pages, SOON } from '../helpers/open-page.ts';

if (CHROMIUM === undefined) console.log(`live page: ${WITHOUT_BROWSER}`);

const oneBoard = (gateway: FakeGateway): void => {
  gateway.boards = [boardOf([{ type: 'stat', title: 'A figure' }])];
  gateway.panel = () => ({ frames: [frame([{ name: 'value', type: 'number' }], [[42]])] });
};

describe.skipIf(CHROMIUM === undefined)('a page that is live', () => {
  const open = pages();

  test('shows a spill as it comes, and how old it is', async () => {
    await using opened = await open('/', { before: oneBoard });
    const { page, gateway } = opened;
    await page.locator('.live', { hasText: /^live$/ }).waitFor();
    gateway.say(spill({ values: { 'E:TRTGTD': 31.4 } }));
    await page.locator('.spill .pot', { hasText: '31.4 E12' }).waitFor();
    await page.locator('.spill .state', { hasText: 'BEAM' }).waitFor();
    await expect.poll(() => page.locator('.spill .age b').textContent(), SOON).toBe('2 s');
  });

  test('asks a panel again after a spill', async () => {
    await using opened = await open('/?from=now-15m&to=now', { before: oneBoard });
    const { page, gateway } = opened;
    const asked = () => gateway.requests.filter(line => line.endsWith('/query')).length;
    await page.locator('.figure', { hasText: '42' }).waitFor();
    const before = asked();
    gateway.say(spill());
    await expect.poll(asked, { timeout: 10_000 }).toBeGreaterThan(before);
  });

  test('says since when it is not live, and asks for what it missed when it is back', async () => {
    await using opened = await open('/alarms', {
      before: gateway => (gateway.greeting = snapshotOf([alarm('a/x', { title: 'The first' })], 41)),
    });
    const { page, gateway } = opened;
    await page.locator('.alarm-row', { hasText: 'The first' }).waitFor();
    gateway.live = false;
    gateway.hangUp();
    await page.locator('[data-condition=away]', { hasText: 'Not live since' }).waitFor();
    await page.locator('.spill .state', { hasText: 'NOT KNOWN' }).waitFor();
    const missed = alarm('a/y', { title: 'What was missed' });
    gateway.greeting = () => [
      { type: 'alarm', position: { stream: 'ALARM@1', sequence: 42 }, change: missed },
    ];
    gateway.live = true;
    await page.locator('.alarm-row', { hasText: 'What was missed' }).waitFor();
    expect(gateway.starts).toEqual([
      { type: 'start' },
      { type: 'start', after: { stream: 'ALARM@1', sequence: 41 } },
    ]);
    await page.locator('[data-condition=away]').waitFor({ state: 'detached' });
  });

  test('of yesterday offers to reload, and does it by itself when nobody touches it', async () => {
    await using opened = await open('/', {
      clock: true,
      before: gateway => {
        oneBoard(gateway);
        gateway.version = 'of-tomorrow';
      },
    });
    const { page, gateway } = opened;
    const loads = () => gateway.requests.filter(line => line === 'GET /').length;
    await page.clock.runFor(3000);
    await page.locator('[data-condition=version] button', { hasText: 'Reload' }).waitFor();
    expect(loads()).toBe(1);
    await page.clock.fastForward(61_000);
    await expect
      .poll(async () => {
        await page.clock.runFor(1000);
        return loads();
      }, SOON)
      .toBe(2);
  });

  test('says that the store is away once every panel fails, and that it is back', async () => {
    await using opened = await open('/?from=now-15m&to=now', {
      before: gateway => {
        oneBoard(gateway);
        gateway.panel = () => ({ status: 503, body: { code: 'STORE_AWAY', message: 'the store is away' } });
      },
    });
    const { page, gateway } = opened;
    await page.locator('[data-condition=store]', { hasText: 'the store is away' }).waitFor();
    oneBoard(gateway);
    gateway.say(spill());
    await page.locator('[data-condition=store]').waitFor({ state: 'detached' });
    expect(await page.locator('.panel > .problem:not([hidden])').count()).toBe(0);
  });

  test('says that a session has ended', async () => {
    await using opened = await open('/', { before: oneBoard });
    const { page, gateway } = opened;
    await page.locator('.tools', { hasText: 'Sign out maria' }).waitFor();
    gateway.role = 'anonymous';
    gateway.hangUp();
    await page.locator('[data-condition=session] button', { hasText: 'Sign in' }).click();
    await page.locator('dialog input[name=username]').fill('maria');
    await page.locator('dialog input[type=password]').fill('wrong');
    await page.keyboard.press('Enter');
    await page.locator('dialog .problem', { hasText: 'name or password is wrong' }).waitFor();
    await page.locator('dialog input[type=password]').fill('right');
    await page.keyboard.press('Enter');
    await page.locator('[data-condition=session]').waitFor({ state: 'detached' });
    expect(await page.locator('.tools').textContent()).toContain('Sign out maria');
  });

  test('has the worst severity that nobody has acknowledged in its title', async () => {
    await using opened = await open('/alarms', {
      before: gateway =>
        (gateway.greeting = snapshotOf([
          alarm('a/x', { severity: 'MINOR', peak: 'MINOR' }),
          alarm('a/y', { to: 'acknowledged' }),
        ])),
    });
    await expect.poll(() => opened.page.title(), SOON).toBe('(1) MINOR · Alarms · numi · Spillway');
  });
});
