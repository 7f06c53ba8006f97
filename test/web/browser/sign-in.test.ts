import { describe, expect, test } from 'vitest';
import { alarm } from '../../actors/gateway/harness.ts';
import { CHROMIUM, WITHOUT_BROWSER } from '../helpers/browser.ts';
import { type FakeGateway, snapshotOf } from '../helpers/fake-gateway.ts';
import { pages, SOON } from '../helpers/open-page.ts';

if (CHROMIUM === undefined) console.log(`signing in: ${WITHOUT_BROWSER}`);

const SIGN_ON = { label: 'Laboratory account', path: '/api/v1/session/oidc' };
const anonymous = (gateway: FakeGateway): void => {
  gateway.role = 'anonymous';
  gateway.greeting = snapshotOf([alarm('beam/a', { title: 'Alarm A' })]);
};

describe.skipIf(CHROMIUM === undefined)('signing in', () => {
  const open = pages();

  test('offers the account that people have anyway, and brings them back to where they were', async () => {
    await using opened = await open('/alarms/beam/a?x=1', {
      before: gateway => {
        anonymous(gateway);
        gateway.ways = { passwords: true, signOn: SIGN_ON };
      },
    });
    const { page, gateway } = opened;
    await page.locator('.tools button', { hasText: 'Sign in' }).click();
    const link = page.locator('dialog a', { hasText: 'Laboratory account' });
    await link.waitFor();
    expect(await link.getAttribute('href')).toBe(`${SIGN_ON.path}?return=%2Falarms%2Fbeam%2Fa%3Fx%3D1`);
    await page.locator('dialog input[type=password]').waitFor();
    await link.click();
    await expect.poll(() => gateway.requests.includes(`GET ${SIGN_ON.path}`), SOON).toBe(true);
  });

  test('asks for no password where nobody has one, and is done by Enter', async () => {
    await using opened = await open('/alarms', {
      before: gateway => {
        gateway.role = 'nobody';
        gateway.ways = { passwords: false, signOn: SIGN_ON };
      },
    });
    const { page, gateway } = opened;
    await page.locator('dialog a.sign-on').waitFor();
    expect(await page.locator('dialog input').first().isVisible()).toBe(false);
    await page.keyboard.press('Enter');
    await expect.poll(() => gateway.requests.includes(`GET ${SIGN_ON.path}`), SOON).toBe(true);
  });

  test.each([
    ['NOT_ALLOWED', 'none of your groups has a role'],
    ['PROVIDER_AWAY', 'cannot be reached now'],
    ['<b>x</b>', 'refused (<b>x</b>)'],
  ])('says why somebody who comes back is not let in: %s', async (code, words) => {
    await using opened = await open(`/alarms?signIn=${encodeURIComponent(code)}&y=2`, { before: anonymous });
    const { page } = opened;
    await page.locator('dialog .problem', { hasText: words }).waitFor();
    // A page that is loaded again, or a link that is passed on, does not say it again.
    expect(new URL(page.url()).search).toBe('?y=2');
    expect(await page.locator('dialog b').count()).toBe(0);
  });

  test('a session that the gateway ends is told at once, and strangers go on looking where they may', async () => {
    await using opened = await open('/alarms', {
      before: gateway => (gateway.greeting = snapshotOf([alarm('beam/a', { title: 'Alarm A' })])),
    });
    const { page, gateway } = opened;
    await page.locator('.tools', { hasText: 'Sign out maria' }).waitFor();
    gateway.role = 'anonymous';
    gateway.hangUp(4401);
    await page.locator('[data-condition=session]', { hasText: 'you see what everybody sees' }).waitFor();
    await page.locator('.live', { hasText: /^live$/ }).waitFor();
    const change = alarm('beam/b', { title: 'Alarm B' });
    gateway.say({ type: 'alarm', position: { stream: 'ALARM@1', sequence: 11 }, change });
    await page.locator('.alarm-row', { hasText: 'Alarm B' }).waitFor();
    expect(await page.locator('.tools').textContent()).toContain('Sign in');
  });

  test('where strangers may not look, what is drawn stays with its time, nobody is asked in vain, and signing in goes on', async () => {
    await using opened = await open('/alarms', {
      before: gateway => (gateway.greeting = snapshotOf([alarm('beam/a', { title: 'Alarm A' })])),
    });
    const { page, gateway } = opened;
    await page.locator('.alarm-row', { hasText: 'Alarm A' }).waitFor();
    gateway.role = 'nobody';
    gateway.hangUp(4401);
    const line = page.locator('[data-condition=session].major');
    await line.filter({ hasText: 'nothing new comes' }).waitFor();
    expect(await page.locator('[data-condition=away]').count()).toBe(0);
    await page.locator('.alarm-row', { hasText: 'Alarm A' }).waitFor();
    expect(gateway.pages.size).toBe(0);
    await line.locator('button').click();
    await page.locator('dialog input[name=username]').fill('maria');
    await page.locator('dialog input[type=password]').fill('right');
    await page.keyboard.press('Enter');
    await page.locator('.live', { hasText: /^live$/ }).waitFor();
    await line.waitFor({ state: 'detached' });
  });

  test('signing out goes on to the identity provider where the gateway says so', async () => {
    await using opened = await open('/alarms', {});
    const { page, gateway } = opened;
    gateway.signOut = () => ({ status: 200, body: { signOutUrl: `${gateway.url}/provider/end` } });
    await page.locator('.tools button', { hasText: 'Sign out maria' }).click();
    await page.waitForURL('**/provider/end');
    expect(gateway.requests).toContain('DELETE /api/v1/session');
  });
});
