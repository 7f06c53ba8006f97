import { describe, expect, test } from 'vitest';
import { CHROMIUM, WITHOUT_BROWSER } from '../helpers/browser.ts';
import { type Answer, type Asked, type FakeGateway } from '../helpers/fake-gateway.ts';
import { pages, SOON } from '../helpers/open-page.ts';

if (CHROMIUM === undefined) console.log(`machine mode: ${WITHOUT_BROWSER}`);

const MODE = {
  mode: 'maintenance',
  from: 'beam-on',
  at: { seconds: 1_800_000_000, nanoseconds: 0 },
  reason: 'access until noon',
  by: 'enrico',
};
const DECLARED = [
  { name: 'maintenance', description: 'people in the tunnel', manual: true },
  { name: 'beam-on', description: '', manual: false },
];

function inMode(gateway: FakeGateway) {
  const world = {
    given: [] as Asked[],
    answer: { status: 200, body: { message: 'the mode is beam-on until somebody says otherwise' } } as Answer,
  };
  gateway.role = 'expert';
  gateway.more = asked => {
    if (asked.path !== '/api/v1/mode') return undefined;
    if (asked.method === 'GET') return { status: 200, body: { mode: MODE, declared: DECLARED } };
    world.given.push(asked);
    return world.answer;
  };
  return world;
}

describe.skipIf(CHROMIUM === undefined)('the machine mode', () => {
  const open = pages();

  test('is said with who set it and why, and set by keys with a reason', async () => {
    let world: ReturnType<typeof inMode> | undefined;
    await using opened = await open('/alarms', { before: gateway => (world = inMode(gateway)) });
    const { page } = opened;
    await page.locator('.tools', { hasText: 'Sign out' }).waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('m');
    await page.locator('dialog', { hasText: 'set by enrico: access until noon' }).waitFor();
    expect(await page.locator('dialog option').allTextContents()).toEqual([
      'Recognise it from the readings',
      'maintenance · people in the tunnel · only ever set',
      'beam-on',
    ]);
    await page.locator('dialog select').selectOption('beam-on');
    await page.keyboard.press('Control+Enter');
    await page.locator('dialog .problem', { hasText: 'Say why' }).waitFor();
    await page.locator('dialog input').fill('tunnel is closed');
    await page.keyboard.press('Enter');
    await page.locator('.toasts', { hasText: 'the mode is beam-on' }).waitFor();
    expect(world?.given.map(({ body }) => body)).toMatchObject([
      { mode: 'beam-on', reason: 'tunnel is closed' },
    ]);
  });

  test('that a person has set is given back to the readings', async () => {
    let world: ReturnType<typeof inMode> | undefined;
    await using opened = await open('/alarms', { before: gateway => (world = inMode(gateway)) });
    const { page } = opened;
    await page.locator('.tools', { hasText: 'Sign out' }).waitFor();
    await page.locator('header button.mode').click();
    expect(await page.locator('dialog select').inputValue()).toBe('maintenance');
    await page.locator('dialog select').selectOption('');
    await page.locator('dialog input').fill('access is over');
    await page.locator('dialog button[type=submit]').click();
    await expect.poll(() => world?.given.length, SOON).toBe(1);
    expect(world?.given[0]?.body).toMatchObject({ mode: '', reason: 'access is over' });
  });

  test('is only told to whoever may not set it', async () => {
    await using opened = await open('/alarms', {
      before: gateway => {
        inMode(gateway);
        gateway.role = 'shifter';
      },
    });
    const { page } = opened;
    await page.locator('.tools', { hasText: 'Sign out' }).waitFor();
    await page.locator('header button.mode').click();
    await page.locator('dialog', { hasText: 'Experts can set another one' }).waitFor();
    expect(await page.locator('dialog select').count()).toBe(0);
  });

  test('that is refused is told in words, and the form stays', async () => {
    let world: ReturnType<typeof inMode> | undefined;
    await using opened = await open('/alarms', { before: gateway => (world = inMode(gateway)) });
    const { page } = opened;
    await page.locator('.tools', { hasText: 'Sign out' }).waitFor();
    if (world)
      world.answer = {
        status: 409,
        body: { code: 'COMMAND_REFUSED', message: 'no rule file declares a mode beam-on' },
      };
    await page.locator('header button.mode').click();
    await page.locator('dialog select').selectOption('beam-on');
    await page.locator('dialog input').fill('x');
    await page.keyboard.press('Enter');
    await page.locator('dialog .problem', { hasText: 'no rule file declares' }).waitFor();
    expect(await page.locator('dialog').count()).toBe(1);
  });
});
