import { describe, expect, test } from 'vitest';
import type { Panel } from '../../../dashboards/model.ts';
import { alarm } from '../../actors/gateway/harness.ts';
import { until } from '../../helpers/until.ts';
import { CHROMIUM, WITHOUT_BROWSER } from '../helpers/browser.ts';
import { type FakeGateway, snapshotOf } from '../helpers/fake-gateway.ts';
import { boardOf, frame, madeUp, ownBoards } from '../helpers/made-up.ts';
import { pages } from '../helpers/open-page.ts';

if (CHROMIUM === undefined) console.log(`boards: ${WITHOUT_BROWSER}`);

const PHONE = { width: 360, height: 740 };

/** Every board of ours, with something in each panel. */
function ours(gateway: FakeGateway): void {
  gateway.boards = ownBoards();
  gateway.panel = (id, query) => {
    const [first] = gateway.boards;
    const asked = gateway.requests.findLast(line => line.endsWith(`/panels/${id}/query`)) ?? '';
    const board = gateway.boards.find(({ uid }) => asked.includes(`/${uid}/`)) ?? first;
    const panel = board?.panels.find(one => one.id === id);
    return panel ? madeUp(panel, query) : { frames: [] };
  };
  gateway.greeting = snapshotOf([
    alarm('beam/horn/a-name-as-long-as-an-alarm-can-have-one/current', {
      title: 'An alarm with a title that is longer than a phone is wide, and goes on',
      guidance: `Look at ${'averyveryverylongword'.repeat(10)}`,
    }),
  ]);
}

describe.skipIf(CHROMIUM === undefined)('boards', () => {
  const open = pages();

  test.each(['light', 'dark'] as const)(
    'are drawn in %s without an error, and nothing leaves the host',
    async colorScheme => {
      await using opened = await open('/', { before: ours, colorScheme });
      const { page, gateway, watched } = opened;
      for (const [index, board] of gateway.boards.entries()) {
        await page.keyboard.press('g');
        await page.keyboard.press(String(index + 1));
        await page.locator('h1', { hasText: board.title }).waitFor();
        const first = page.locator('.panel').first();
        await until(async () => ((await first.locator('.body').textContent()) ?? '') !== '');
        expect(await page.locator('.panel > .problem:not([hidden])').allTextContents()).toEqual([]);
      }
      expect(watched).toEqual({ errors: [], foreign: [] });
    },
  );

  test('fit a phone: nothing is scrolled sideways', async () => {
    await using opened = await open('/', { before: ours, viewport: PHONE, hasTouch: true });
    const { page, gateway } = opened;
    const places = [...gateway.boards.map(({ uid }) => `/boards/${uid}`), '/alarms'];
    for (const place of [...places, '/alarms/beam/horn/a-name-as-long-as-an-alarm-can-have-one/current']) {
      await page.goto(gateway.url + place);
      await page.locator('.panel, .alarms').first().waitFor();
      const overflow = () =>
        page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      expect([place, await overflow()]).toEqual([place, 0]);
    }
  });

  test('go on beside a panel of a type that is not known, one without rows, one that failed and one of no numbers', async () => {
    const kinds: Partial<Panel>[] = [
      { type: 'gauge-of-tomorrow' as Panel['type'] },
      { type: 'constructor' as Panel['type'] },
      { type: 'timeseries', fieldConfig: { defaults: { noValue: 'no such thing' }, overrides: [] } },
      { type: 'stat' },
      { type: 'timeseries' },
      { type: 'table' },
    ];
    const column = { name: 'v', type: 'number' } as const;
    const time = { name: 'time', type: 'time' } as const;
    await using opened = await open('/', {
      before: gateway => {
        gateway.boards = [boardOf(kinds)];
        gateway.panel = (id, { fromMs }) => {
          if (id === 3) return { frames: [frame([time, column], [[], []])] };
          if (id === 4) return { frames: [{ ...frame([], []), error: 'the query took too long' }] };
          if (id === 5)
            return {
              frames: [
                frame(
                  [time, column],
                  [
                    [fromMs, fromMs + 1000],
                    ['NaN', 'Infinity'],
                  ],
                ),
              ],
            };
          if (id === 6)
            return { frames: [frame([column, { name: 't', type: 'string' }], [['NaN'], ['<b>x</b>']])] };
          return { frames: [] };
        };
      },
    });
    const { page, watched } = opened;
    const body = (id: number) => page.locator(`[data-panel="${id}"]`);
    await body(1).getByText('this page cannot draw a panel of type gauge-of-tomorrow').waitFor();
    await body(2).getByText('this page cannot draw a panel of type constructor').waitFor();
    await body(3).getByText('no such thing').waitFor();
    await body(4).getByText('A: the query took too long').waitFor();
    await body(5).locator('canvas').waitFor();
    await body(6).getByText('<b>x</b>').waitFor();
    await body(6).getByText('NaN').waitFor();
    expect(watched.errors).toEqual([]);
  });

  test('keep their range in the address, and take one of Grafana', async () => {
    await using opened = await open('/d/spillway-beam/x?from=now-24h&to=now', { before: ours });
    const { page } = opened;
    await page.locator('.range summary', { hasText: 'last 24 h' }).click();
    await page.locator('.usual button', { hasText: '15 min' }).click();
    expect(page.url()).toContain('/boards/spillway-beam?from=now-15m&to=now');
    await page.locator('.range [aria-label=Earlier]').click();
    await page.locator('.range summary', { hasText: 'UTC' }).waitFor();
  });

  test('lead from a title to more about it, for the same time', async () => {
    await using opened = await open('/?from=now-6h&to=now', { before: ours });
    const { page } = opened;
    await page.locator('.panel h2 a[href]', { hasText: 'Horn current' }).first().click();
    await page.locator('h1', { hasText: 'Target and horn' }).waitFor();
    expect(page.url()).toContain('from=now-6h');
  });
});
