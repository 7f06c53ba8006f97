import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { AlarmDispatcherConfig } from '../../actors/alarm-dispatcher/config.ts';
import { planOf } from '../../actors/alarm-dispatcher/plan.ts';
import type { Routable } from '../../actors/alarm-dispatcher/routes/match.ts';
import { readPage } from './examples.ts';

const page = await readPage('docs/routing.md');

const planIn = (name: string) => {
  process.env['SPILLWAY_WEBHOOK'] = 'http://127.0.0.1:9/hook-of-the-page';
  for (const channel of ['CONTROL_ROOM', 'EXPERTS'])
    process.env[`DISCORD_${channel}`] = `http://127.0.0.1:9/api/webhooks/123456789012345678/token-${channel}`;
  return planOf(AlarmDispatcherConfig.parse(parse(page.example('yaml', name))));
};

const alarm: Routable = {
  kind: 'alarm',
  area: 'daq',
  severity: 'MINOR',
  state: 'unacknowledged',
  audience: [],
  mode: 'beam-on',
  labels: {},
  at: Date.UTC(2026, 10, 20, 18),
};

test('the least configuration on the page tells its one channel everything', () => {
  expect(planIn('minimal').router.route(alarm)).toMatchObject([{ channels: ['local'] }]);
});

test.each<[string, Partial<Routable>, string[]]>([
  ['a horn that is out', { area: 'beam/horn', severity: 'MAJOR' }, ['log', 'beam/horn']],
  ['a horn that drifts', { area: 'beam/horn' }, ['log', 'beam']],
  ['anything in maintenance', { mode: 'maintenance', severity: 'MAJOR' }, ['log', 'maintenance']],
  ['a full disk at noon', { severity: 'MAJOR' }, ['log', 'rest']],
  ['a full disk on a Friday night', { severity: 'MAJOR', at: Date.UTC(2026, 10, 21, 6) }, ['log', 'nights']],
  ['a full disk on a Sunday', { severity: 'MAJOR', at: Date.UTC(2026, 10, 22, 18) }, ['log', 'rest']],
  ['a script', { kind: 'notification', labels: { source_host: 'daq7' } }, ['log', 'from-outside']],
])('the complete example routes %s as the page says', (_, over, paths) => {
  const taken = planIn('complete').router.route({ ...alarm, ...over });
  expect(taken.map(({ path }) => path)).toEqual(paths);
});

test('the page names every key of a match', () => {
  const named = page.table('| key | holds when |').map(([key]) => key?.replaceAll('`', ''));
  expect(named).toEqual([
    'severity',
    'area',
    'audience',
    'mode',
    'kind',
    'state',
    'labels',
    'matchers',
    'time',
  ]);
});
