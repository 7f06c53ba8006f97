import { describe, expect, test } from 'vitest';
import { alarm } from '../../actors/gateway/harness.ts';
import { CHROMIUM, WITHOUT_BROWSER } from '../helpers/browser.ts';
import { type FakeGateway, snapshotOf } from '../helpers/fake-gateway.ts';
import { pages, SOON } from '../helpers/open-page.ts';

if (CHROMIUM === undefined) console.log(`history of alarms: ${WITHOUT_BROWSER}`);

const change = (n: number, over = {}) =>
  alarm('beam/a', {
    title: 'Alarm A',
    transition: n,
    at: { seconds: 1_800_000_000 + n, nanoseconds: 0 },
    reason: `reason ${n}`,
    ...over,
  });

/** Ten changes from before the page was opened, in pages of four. */
function withPast(gateway: FakeGateway): void {
  gateway.greeting = snapshotOf([change(10)]);
  gateway.more = ({ path, query }) => {
    if (!path.endsWith('/history') && path !== '/api/v1/alarm-history') return undefined;
    const from = Number(query.get('before') ?? 10);
    const list = Array.from({ length: Math.min(4, from) }, (_, index) => change(from - index));
    const next = from - 4;
    return { status: 200, body: { changes: list, ...(next > 0 ? { next: String(next) } : {}) } };
  };
}

describe.skipIf(CHROMIUM === undefined)('the history of alarms', () => {
  const open = pages();

  test('begins with what the store has, and goes back as far as somebody asks, by keys too', async () => {
    await using opened = await open('/alarms', { before: withPast });
    const { page } = opened;
    await page.locator('.alarm-row').first().waitFor();
    await page.locator('[role=tab]', { hasText: 'History' }).click();
    const rows = page.locator('.alarm-row');
    await expect.poll(() => rows.count(), SOON).toBe(4);
    const older = page.locator('.side .older button');
    await older.focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => rows.count(), SOON).toBe(8);
    // Whoever pressed it can press it again.
    await page.keyboard.press('Enter');
    await page.locator('.side .older', { hasText: 'That is all there is.' }).waitFor();
    expect(await rows.count()).toBe(10);
    expect(await rows.last().textContent()).toContain('reason 1');
  });

  test('of one alarm stands with it, and is read on without being thrown back to its top', async () => {
    await using opened = await open('/alarms/beam/a', { before: withPast });
    const { page } = opened;
    const details = page.locator('.alarm-details');
    await details.locator('.older button').click();
    await expect.poll(() => details.locator('.past li').count(), SOON).toBe(4);
    await details.evaluate(one => one.scrollTo(0, one.scrollHeight));
    const before = await details.evaluate(one => one.scrollTop);
    await details.locator('.older button').click();
    await expect.poll(() => details.locator('.past li').count(), SOON).toBe(8);
    expect(await details.evaluate(one => one.scrollTop)).toBeGreaterThanOrEqual(before);
  });

  test('says when the store is away, and can be asked again', async () => {
    await using opened = await open('/alarms', {
      before: gateway => {
        withPast(gateway);
        const { more } = gateway;
        gateway.more = asked =>
          more(asked) && { status: 503, body: { code: 'STORE_AWAY', message: 'no store' } };
      },
    });
    const { page, gateway } = opened;
    await page.locator('[role=tab]', { hasText: 'History' }).click();
    await page.locator('.side .older', { hasText: 'There is no answer: no store' }).waitFor();
    // What the page has seen itself is there all the same.
    expect(await page.locator('.alarm-row').count()).toBe(1);
    withPast(gateway);
    await page.locator('.side .older button', { hasText: 'Try again' }).click();
    await expect.poll(() => page.locator('.alarm-row').count(), SOON).toBe(4);
  });
});
