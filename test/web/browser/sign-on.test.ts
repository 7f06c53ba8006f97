import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OWN_PAGE } from '../../../actors/gateway/page/page.ts';
import { runGateway } from '../../actors/gateway/harness.ts';
import { CLIENT, identityProvider } from '../../actors/gateway/identity-provider.ts';
import { CHROMIUM, openBrowser, WITHOUT_BROWSER, watch } from '../helpers/browser.ts';

if (CHROMIUM === undefined) console.log(`single sign-on: ${WITHOUT_BROWSER}`);

process.env['SPILLWAY_TEST_OIDC'] = CLIENT.clientSecret;

describe.skipIf(CHROMIUM === undefined)('single sign-on, with a provider on another site', () => {
  let browser: Browser | undefined;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());

  test('signs somebody in and out, by the rules that a browser has for cookies and pages of other sites', async () => {
    await using provider = await identityProvider(
      { 'sub-1': { preferred_username: 'anna', groups: ['numi-experts'] } },
      'localhost',
    );
    await using gateway = await runGateway({
      page: { directory: OWN_PAGE },
      oidc: {
        issuer: provider.issuer,
        label: 'Laboratory account',
        clientId: CLIENT.clientId,
        clientSecret: { env: 'SPILLWAY_TEST_OIDC' },
        roles: { 'numi-experts': 'expert' },
      },
    });
    provider.open(gateway.url);
    if (!browser) throw new Error('there is no browser');
    await using context = await browser.newContext();
    // The provider's own pages want fonts from elsewhere.
    await context.route(
      ({ hostname }) => !['127.0.0.1', 'localhost'].includes(hostname),
      route => route.abort(),
    );
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    const watched = watch(page, gateway.url);
    await page.goto(`${gateway.url}/alarms?x=1`);
    await page.locator('dialog a', { hasText: 'Laboratory account' }).click();
    await page.waitForURL(`${provider.issuer}/**`);
    await page.locator('input[name=login]').fill('sub-1');
    await page.locator('input[name=password]').fill('any');
    await page.locator('button[type=submit]').click();
    await page.locator('button[type=submit]', { hasText: /continue/i }).click();
    await page.waitForURL(`${gateway.url}/alarms?x=1`);
    await page.locator('.tools', { hasText: 'Sign out anna' }).waitFor();
    await page.locator('.live.good').waitFor();
    await page.locator('.tools button', { hasText: 'Sign out anna' }).click();
    await page.waitForURL(`${provider.issuer}/session/end**`);
    await page.locator('button', { hasText: /yes/i }).click();
    await page.waitForURL(`${gateway.url}/`);
    await page.locator('dialog a', { hasText: 'Laboratory account' }).waitFor();
    expect(watched.errors.filter(error => error.includes('Content Security Policy'))).toEqual([]);
  });
});
