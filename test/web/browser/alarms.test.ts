import { describe, expect, test } from 'vitest';
import { alarm } from '../../actors/gateway/harness.ts';
import { until } from '../../helpers/until.ts';
import { CHROMIUM, WITHOUT_BROWSER } from '../helpers/browser.ts';
import { snapshotOf } from '../helpers/fake-gateway.ts';
import { pages, SOON } from '../helpers/open-page.ts';

if (CHROMIUM === undefined) console.log(`alarm list: ${WITHOUT_BROWSER}`);

const at = (seconds: number) => ({ seconds, nanoseconds: 0 });

describe.skipIf(CHROMIUM === undefined)('the alarm list', () => {
  const open = pages();
  const with3 = snapshotOf([
    alarm('beam/a', { title: 'Alarm A', transition: 7, at: at(3) }),
    alarm('beam/b', { title: 'Alarm B', transition: 8, at: at(2) }),
    alarm('flow/c', { title: 'Alarm C', transition: 9, at: at(1) }),
  ]);

  test('is worked by keys alone: the next one, acknowledged with a note, as it was seen', async () => {
    await using opened = await open('/alarms', { before: gateway => (gateway.greeting = with3) });
    const { page, gateway } = opened;
    await page.locator('.alarm-row').first().waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.locator('.alarm-details h2', { hasText: 'Alarm B' }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/alarms/beam/b');
    await page.keyboard.press('a');
    await page.keyboard.type('looking at it');
    await page.keyboard.press('Enter');
    await page.locator('.toasts', { hasText: 'Acknowledge: done.' }).waitFor();
    expect(gateway.commands).toMatchObject([
      { path: '/api/v1/alarms/beam/b/acknowledge', body: { note: 'looking at it', expected: 8 } },
    ]);
  });

  test('lets whoever came second decide again, about what the alarm has become', async () => {
    const now = alarm('beam/a', {
      title: 'Alarm A',
      transition: 12,
      reason: 'it went on',
      comment: { by: 'enrico', at: at(5), note: 'mine' },
    });
    await using opened = await open('/alarms/beam/a', {
      before: gateway => {
        gateway.greeting = with3;
        gateway.command = (_path, { expected }) =>
          expected === 12
            ? { status: 200, body: { command: '', message: 'acknowledged' } }
            : { status: 409, body: { code: 'COMMAND_STALE', message: 'it has moved on', alarm: now } };
      },
    });
    const { page, gateway } = opened;
    await page.locator('.alarm-details button', { hasText: 'Acknowledge' }).click();
    await page.keyboard.press('Enter');
    await page.locator('.outcomes .moved', { hasText: 'enrico: mine' }).waitFor();
    await page.locator('dialog button', { hasText: 'Do it all the same' }).click();
    await page.locator('.toasts', { hasText: 'done' }).waitFor();
    expect(gateway.commands.map(({ body }) => body['expected'])).toEqual([7, 12]);
  });

  test('says plainly what is stored and unanswered, and what nobody knows; asks again under the same id', async () => {
    await using opened = await open('/alarms/beam/a', {
      before: gateway => {
        gateway.greeting = with3;
        gateway.command = () => ({ status: 503, body: { code: 'PUBLISH_FAILED', message: 'not confirmed' } });
      },
    });
    const { page, gateway } = opened;
    await page.locator('.alarm-details button', { hasText: 'Acknowledge' }).click();
    await page.keyboard.press('Enter');
    await page.locator('.outcomes .unsure', { hasText: 'not known whether it is done' }).waitFor();
    gateway.command = () => ({ status: 202, body: { command: '', message: 'stored' } });
    await page.locator('dialog button', { hasText: 'Send again' }).click();
    await page.locator('.outcomes .waiting', { hasText: 'stored; it takes effect' }).waitFor();
    const [first, second] = gateway.commands.map(({ body }) => body['id']);
    expect(second).toBe(first);
  });

  test('acknowledges several at once, and tells which were not', async () => {
    await using opened = await open('/alarms', {
      before: gateway => {
        gateway.greeting = with3;
        gateway.command = path =>
          path.includes('/beam/b/')
            ? { status: 409, body: { code: 'COMMAND_REFUSED', message: 'it is acknowledged' } }
            : { status: 200, body: { command: '', message: 'done' } };
      },
    });
    const { page, gateway } = opened;
    for (const index of [0, 1, 2]) await page.locator('.alarm-row .pick').nth(index).click();
    await page.locator('.selected', { hasText: '3 selected' }).locator('button.primary').click();
    await page.keyboard.press('Enter');
    await page.locator('.outcomes .refused', { hasText: 'Alarm B' }).waitFor();
    expect(await page.locator('.outcomes .done').count()).toBe(2);
    expect(gateway.commands.map(({ path }) => path).toSorted()).toEqual([
      '/api/v1/alarms/beam/a/acknowledge',
      '/api/v1/alarms/beam/b/acknowledge',
      '/api/v1/alarms/flow/c/acknowledge',
    ]);
  });

  test('shelves only with a reason, for as long as was said', async () => {
    await using opened = await open('/alarms/beam/a', { before: gateway => (gateway.greeting = with3) });
    const { page, gateway } = opened;
    await page.locator('.alarm-details h2').waitFor();
    await page.keyboard.press('s');
    await page.locator('dialog button[type=submit]').click();
    expect(gateway.commands).toEqual([]);
    await page.locator('dialog input[type=text]').fill('horn swap');
    await page.locator('dialog select').selectOption('4h');
    await page.locator('dialog input[type=checkbox]').check();
    await page.locator('dialog button[type=submit]').click();
    await until(() => gateway.commands.length === 1);
    expect(gateway.commands[0]?.body).toMatchObject({ reason: 'horn swap', duration: '4h', oneShot: true });
  });

  test('tells a stranger why nothing can be done, and lets them sign in', async () => {
    await using opened = await open('/alarms/beam/a', {
      before: gateway => {
        gateway.greeting = with3;
        gateway.role = 'anonymous';
      },
    });
    const { page } = opened;
    await page.locator('.hindrance', { hasText: 'Sign in to acknowledge' }).waitFor();
    expect(await page.locator('.alarm-details .buttons').count()).toBe(0);
    await page.keyboard.press('a');
    await page.locator('dialog input[type=password]').waitFor();
  });

  test('shows an alarm that somebody else has acknowledged where it is now', async () => {
    await using opened = await open('/alarms', { before: gateway => (gateway.greeting = with3) });
    const { page, gateway } = opened;
    await page.locator('.alarm-row').nth(2).waitFor();
    const change = alarm('beam/a', {
      title: 'Alarm A',
      transition: 8,
      from: 'unacknowledged',
      to: 'acknowledged',
      acknowledged: { by: 'enrico', at: at(9), note: 'seen' },
    });
    gateway.say({ type: 'alarm', position: { stream: 'ALARM@1', sequence: 11 }, change });
    await until(async () => (await page.locator('.alarm-row').count()) === 2);
    await page.locator('[role=tab]', { hasText: 'Acknowledged' }).click();
    await expect.poll(() => page.locator('.alarm-row .who').textContent(), SOON).toBe('enrico: seen');
  });

  test('takes markup in titles, notes, guidance and links for the text that it is', async () => {
    const bad = '<img src=x onerror="document.title=1"><script>1</script>';
    await using opened = await open('/alarms/beam/bad', {
      before: gateway =>
        (gateway.greeting = snapshotOf([
          alarm('beam/bad', {
            title: bad,
            reason: bad,
            guidance: `${bad} [here](javascript:alert(1)) \`${bad}\``,
            dashboard: 'javascript:alert(1)',
            comment: { by: bad, at: at(1), note: '\u202eevil' },
            inputs: [{ name: bad, value: bad }],
            units: bad,
          }),
        ])),
    });
    const { page, watched } = opened;
    await page.locator('.alarm-details h2', { hasText: bad }).waitFor();
    expect(await page.locator('img, script:not([type=module])').count()).toBe(0);
    expect(await page.locator('a[href^="javascript"]').count()).toBe(0);
    expect(watched.errors).toEqual([]);
  });

  test('holds sixty thousand alarms with some dozens of rows, and finds one of them', async () => {
    const many = Array.from({ length: 60_000 }, (_, index) =>
      alarm(`area-${index % 50}/alarm-${index}`, { title: `Alarm number ${index}`, at: at(index) }),
    );
    await using opened = await open('/alarms', { before: gateway => (gateway.greeting = snapshotOf(many)) });
    const { page } = opened;
    await page.locator('[role=tab]', { hasText: '60000' }).waitFor({ timeout: 60_000 });
    expect(await page.locator('.alarm-row').count()).toBeLessThan(80);
    await page.keyboard.press('/');
    await page.keyboard.type('number 41234');
    await until(async () => (await page.locator('.alarm-row').count()) === 1);
    await page.locator('.filter', { hasText: '1 of 60000' }).waitFor();
  });
});
