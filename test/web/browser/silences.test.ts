import { describe, expect, test } from 'vitest';
import type { Silence } from '../../../protocol/messages/silence.ts';
import { alarm } from '../../actors/gateway/harness.ts';
import { CHROMIUM, WITHOUT_BROWSER } from '../helpers/browser.ts';
import { type Answer, type Asked, type FakeGateway, snapshotOf } from '../helpers/fake-gateway.ts';
import { pages, SOON } from '../helpers/open-page.ts';

if (CHROMIUM === undefined) console.log(`silences: ${WITHOUT_BROWSER}`);

const seconds = (ms: number) => ({ seconds: Math.floor(ms / 1000), nanoseconds: 0 });
const HOUR = 3_600_000;
const SILENCE = 'b5a7f1de-8f0e-4f6e-9c55-0a4f7f0e8a11';

const silence = (over: Partial<Silence> = {}): Silence => ({
  silence: SILENCE,
  revision: 1,
  phase: 'active',
  matchers: [{ name: 'area', value: 'beam/horn.*', isRegex: true, isEqual: true }],
  startsAt: seconds(Date.now() - HOUR),
  endsAt: seconds(Date.now() + HOUR),
  endWhenCleared: false,
  by: 'enrico',
  comment: 'horn swap <b>',
  endedBy: '',
  matching: 3,
  fired: 1,
  at: seconds(Date.now() - HOUR),
  ...over,
});

const fitting = (...names: string[]): Answer => ({
  status: 200,
  body: {
    known: names.length + 4,
    active: names.length,
    alarms: names.map(name => {
      const { alarm: id, title, severity, peak, to } = alarm(name);
      return { alarm: id, title, severity, peak, to };
    }),
  },
});

/** Silences as the gateway has them, and what was asked to be done about them. */
function keeping(gateway: FakeGateway, silences: Silence[] = []) {
  const given: Asked[] = [];
  const world = {
    silences,
    given,
    preview: fitting('beam/horn/current', 'beam/horn/water'),
    answer: { status: 200, body: { message: 'the silence is in force' } } as Answer,
  };
  gateway.role = 'expert';
  gateway.more = asked => {
    if (asked.path === '/api/v1/silences/preview') return world.preview;
    if (!asked.path.startsWith('/api/v1/silences')) return undefined;
    if (asked.method === 'GET') return { status: 200, body: { silences: world.silences } };
    given.push(asked);
    return world.answer;
  };
  return world;
}

describe.skipIf(CHROMIUM === undefined)('silences', () => {
  const open = pages();

  test('are shown with what they hide, until when, by whom and why', async () => {
    await using opened = await open('/silences', {
      before: gateway => {
        keeping(gateway, [
          silence({
            silence: SILENCE.replace('b5', 'b6'),
            phase: 'expired',
            endedBy: 'maria',
            comment: 'old one',
          }),
          silence(),
        ]);
        gateway.role = 'viewer';
      },
    });
    const { page } = opened;
    const card = page.locator('.silence.active');
    await card.waitFor();
    const text = (await card.textContent()) ?? '';
    for (const words of [
      'area=~"beam/horn.*"',
      'until 2',
      'in 60 min',
      'enrico: horn swap <b>',
      'hides 3 alarms now',
    ])
      expect(text.replaceAll('59 min', '60 min').replaceAll('1 h', '60 min')).toContain(words);
    await page.locator('summary', { hasText: 'Ended' }).click();
    await page.locator('.silence.expired', { hasText: 'by maria' }).waitFor();
    // Somebody who may look only is told so, and has nothing to press.
    await page.locator('.hindrance', { hasText: 'silencing is for experts' }).waitFor();
    expect(await page.locator('.silences button:visible').count()).toBe(0);
  });

  test('one is made by keys alone, and what it would hide is seen before', async () => {
    let world: ReturnType<typeof keeping> | undefined;
    await using opened = await open('/', { before: gateway => (world = keeping(gateway)) });
    const { page } = opened;
    await page.locator('.tools', { hasText: 'Sign out' }).waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('s');
    await page.locator('h1', { hasText: 'Silences' }).waitFor();
    await page.keyboard.press('n');
    await page.keyboard.type('area=~"beam/horn.*"');
    await page.locator('.preview', { hasText: 'Hides 2 alarms now; it fits 6 alarms in all' }).waitFor();
    await page.locator('.preview li', { hasText: 'Something about beam/horn/water' }).waitFor();
    await page.keyboard.press('Control+Enter');
    await page.locator('dialog .problem', { hasText: 'Say why' }).waitFor();
    expect(world?.given).toEqual([]);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.type('horn swap');
    await page.keyboard.press('Enter');
    await page.locator('.toasts', { hasText: 'the silence is in force' }).waitFor();
    expect(world?.given).toMatchObject([
      {
        method: 'POST',
        path: '/api/v1/silences',
        body: {
          matchers: ['area=~"beam/horn.*"'],
          duration: '2h',
          comment: 'horn swap',
          endWhenCleared: false,
        },
      },
    ]);
  });

  test('a matcher that is none, and one that fits nothing, are told while they are written', async () => {
    let world: ReturnType<typeof keeping> | undefined;
    await using opened = await open('/silences', { before: gateway => (world = keeping(gateway)) });
    const { page } = opened;
    if (world)
      world.preview = {
        status: 400,
        body: { code: 'REQUEST_INVALID', message: 'body.matchers.0: must be a matcher' },
      };
    await page.locator('button', { hasText: 'New silence' }).click();
    await page.keyboard.type('area');
    await page.locator('.preview .problem', { hasText: 'must be a matcher' }).waitFor();
    if (world) world.preview = { status: 200, body: { known: 0, active: 0, alarms: [] } };
    await page.keyboard.type('=beem');
    await page.locator('.preview .warning', { hasText: 'is it spelt right?' }).waitFor();
    expect(world?.given).toEqual([]);
  });

  test('an answer that does not come leaves the form open, and sending again cannot do it twice', async () => {
    let world: ReturnType<typeof keeping> | undefined;
    await using opened = await open('/silences', { before: gateway => (world = keeping(gateway)) });
    const { page } = opened;
    if (world) world.answer = { status: 503, body: { code: 'PUBLISH_FAILED', message: 'not confirmed' } };
    await page.locator('button', { hasText: 'New silence' }).click();
    await page.keyboard.type('area=beam');
    await page.locator('dialog input[type=text]').fill('swap');
    await page.locator('dialog button[type=submit]').click();
    await page.locator('dialog .problem', { hasText: 'it is done once' }).waitFor();
    await page.locator('dialog button', { hasText: 'Send again' }).click();
    await expect.poll(() => world?.given.length, SOON).toBe(2);
    // Other words are another command.
    await page.locator('dialog input[type=text]').fill('another reason');
    if (world) world.answer = { status: 202, body: { message: 'stored' } };
    await page.locator('dialog button[type=submit]').click();
    await page.locator('.toasts', { hasText: 'It is stored' }).waitFor();
    const [first, second, third] = world?.given.map(({ body }) => body['id']) ?? [];
    expect(second).toBe(first);
    expect(third).not.toBe(first);
  });

  test('one is extended from its end on, changed without losing its time, and ended', async () => {
    let world: ReturnType<typeof keeping> | undefined;
    const seen = silence();
    await using opened = await open('/silences', { before: gateway => (world = keeping(gateway, [seen])) });
    const { page } = opened;
    const card = page.locator('.silence.active');
    await card.locator('button', { hasText: 'Extend' }).click();
    await page.locator('dialog select').selectOption('4h');
    await page.locator('dialog button[type=submit]').click();
    await page.locator('dialog').waitFor({ state: 'detached' });
    await card.locator('button', { hasText: 'Change' }).click();
    await page.locator('dialog textarea').fill('area="beam"\nseverity!="MAJOR"');
    await page.locator('dialog button[type=submit]').click();
    await page.locator('dialog').waitFor({ state: 'detached' });
    await card.locator('button', { hasText: 'End now' }).click();
    await page.locator('dialog button[type=submit]').click();
    await page.locator('dialog').waitFor({ state: 'detached' });
    const iso = (at: { seconds: number }, hours = 0) =>
      new Date(at.seconds * 1000 + hours * HOUR).toISOString();
    expect(world?.given.map(({ method, path }) => `${method} ${path}`)).toEqual([
      `PUT /api/v1/silences/${SILENCE}`,
      `PUT /api/v1/silences/${SILENCE}`,
      `DELETE /api/v1/silences/${SILENCE}`,
    ]);
    const begin = { startsAt: iso(seen.startsAt), comment: 'horn swap <b>' };
    expect(world?.given.map(({ body }) => body)).toMatchObject([
      { ...begin, endsAt: iso(seen.endsAt, 4), matchers: ['area=~"beam/horn.*"'] },
      { ...begin, endsAt: iso(seen.endsAt), matchers: ['area="beam"', 'severity!="MAJOR"'] },
      {},
    ]);
  });

  test('whoever comes second sees that somebody else has changed it', async () => {
    let world: ReturnType<typeof keeping> | undefined;
    await using opened = await open('/silences', {
      before: gateway => (world = keeping(gateway, [silence()])),
    });
    const { page } = opened;
    await page.locator('.silence.active button', { hasText: 'Change' }).click();
    if (world) world.silences = [silence({ revision: 2, by: 'sofia' })];
    await page.locator('dialog button[type=submit]').click();
    await page.locator('dialog .problem', { hasText: 'sofia has changed it meanwhile' }).waitFor();
    expect(world?.given).toEqual([]);
  });

  test('the alarm that is shown is silenced from where it stands', async () => {
    let world: ReturnType<typeof keeping> | undefined;
    await using opened = await open('/alarms/beam/horn/current', {
      before: gateway => {
        world = keeping(gateway);
        gateway.greeting = snapshotOf([alarm('beam/horn/current')]);
      },
    });
    const { page } = opened;
    await page.locator('.alarm-details button', { hasText: 'Silence' }).waitFor();
    await page.keyboard.press('h');
    expect(await page.locator('dialog textarea').inputValue()).toBe('alarm="beam/horn/current"');
    await page.locator('.preview', { hasText: 'Hides 2 alarms now' }).waitFor();
    // What is left to say is why.
    await page.keyboard.type('known');
    await page.keyboard.press('Enter');
    await expect.poll(() => world?.given.length, SOON).toBe(1);
    expect(world?.given[0]?.body).toMatchObject({
      matchers: ['alarm="beam/horn/current"'],
      comment: 'known',
    });
  });

  test('a list that cannot be had is said so, and what was there stays', async () => {
    let world: ReturnType<typeof keeping> | undefined;
    await using opened = await open('/silences', {
      clock: true,
      before: gateway => (world = keeping(gateway, [silence()])),
    });
    const { page, gateway } = opened;
    await page.clock.runFor(2000);
    await page.locator('.silence.active').waitFor();
    gateway.more = ({ path }) =>
      path.startsWith('/api/v1/silences')
        ? { status: 500, body: { code: 'UNKNOWN', message: 'this went wrong' } }
        : undefined;
    await page.clock.runFor(12_000);
    await page.locator('.silences .problem', { hasText: 'this went wrong' }).waitFor();
    await page.locator('.silence.active').waitFor();
    expect(world?.given.length).toBe(0);
  });
});
