import { describe, expect, test } from 'vitest';
import { planOf } from '../../../../actors/alarm-dispatcher/plan.ts';
import type { Routable } from '../../../../actors/alarm-dispatcher/routes/match.ts';
import { mayShare } from '../../../../actors/alarm-dispatcher/routes/router.ts';
import { configOf, discord, webhook } from '../desk.ts';

const channels = { shift: discord(), experts: discord(), programs: webhook() };
const routerOf = (routes: readonly object[]) => planOf(configOf({ channels, routes })).router;

const subject: Routable = {
  kind: 'alarm',
  area: 'beam/horn',
  severity: 'MAJOR',
  state: 'unacknowledged',
  audience: ['shifter'],
  mode: 'beam-on',
  labels: { device: 'E:NSLINA', area: 'beam/horn', severity: 'MAJOR', mode: 'beam-on' },
  at: Date.UTC(2026, 10, 21, 12),
};
const pathsOf = (routes: readonly object[], over: Partial<Routable> = {}) =>
  routerOf(routes)
    .route({ ...subject, ...over })
    .map(({ path }) => path);

describe('the tree', () => {
  const tree = [
    {
      name: 'beam',
      match: { area: 'beam' },
      channels: ['shift'],
      group: 'alarm',
      repeat: '1h',
      routes: [
        { name: 'horn', match: { area: 'beam/horn' }, channels: ['experts'] },
        { name: 'target', match: { area: 'beam/target' } },
      ],
    },
    { name: 'log', match: { severity: ['MAJOR', 'INVALID'] }, channels: ['programs'], continue: true },
    { name: 'rest', channels: ['shift'] },
  ];

  test('gives to the first child that fits, else to the node itself', () => {
    expect(pathsOf(tree)).toEqual(['beam/horn']);
    expect(pathsOf(tree, { area: 'beam/target/x' })).toEqual(['beam/target']);
    expect(pathsOf(tree, { area: 'beam/hornet' })).toEqual(['beam']);
    expect(pathsOf(tree, { area: 'daq' })).toEqual(['log', 'rest']);
    expect(pathsOf(tree, { area: 'daq', severity: 'MINOR' })).toEqual(['rest']);
  });

  test('hands down what a child does not say itself', () => {
    expect(routerOf(tree).routes.get('beam/target')).toMatchObject({
      channels: ['shift'],
      group: 'alarm',
      repeatMs: 3_600_000,
    });
  });

  test('explains every route that was tried', () => {
    expect(routerOf(tree).explain({ ...subject, area: 'beam/target' })).toEqual([
      { path: 'beam', depth: 0, fits: true, why: 'its children take it' },
      { path: 'beam/horn', depth: 1, fits: false, why: 'area beam/target is not in beam/horn' },
      { path: 'beam/target', depth: 1, fits: true, why: 'tells shift' },
    ]);
  });

  test('gives everything to every channel where there is none', () => {
    expect(planOf(configOf({ channels })).router.route(subject)).toMatchObject([
      { channels: ['shift', 'experts', 'programs'], group: 'area' },
    ]);
  });
});

test.each<[string, object, Partial<Routable>]>([
  ['severity', { severity: 'MAJOR' }, { severity: 'MINOR' }],
  ['area', { area: ['beam/horn', 'daq'] }, { area: 'beam' }],
  ['audience', { audience: 'shifter' }, { audience: ['expert'] }],
  ['mode', { mode: 'beam-on' }, { mode: 'maintenance' }],
  ['kind', { kind: 'alarm' }, { kind: 'notification' }],
  ['state', { state: 'unacknowledged' }, { state: 'acknowledged' }],
  ['a label', { labels: { device: ['E:NSLINA', 'E:NSLINB'] } }, { labels: {} }],
  ['a matcher', { matchers: 'device=~"E:NSLIN."' }, { labels: { device: 'E:TRTGTD' } }],
  ['hours', { time: { from: '08:00', to: '18:00' } }, { at: Date.UTC(2026, 10, 21, 20) }],
])('a route that asks for %s takes what has it and nothing else', (_, match, other) => {
  expect(pathsOf([{ name: 'it', match, channels: ['shift'] }])).toEqual(['it']);
  expect(pathsOf([{ name: 'it', match, channels: ['shift'] }], other)).toEqual([]);
});

describe('hours', () => {
  const at = (time: object, utc: number) =>
    pathsOf([{ name: 'it', match: { time }, channels: ['shift'] }], { at: utc });

  test('are those of the place, summer and winter', () => {
    const office = { zone: 'America/Chicago', from: '08:00', to: '17:00' };
    expect(at(office, Date.UTC(2026, 6, 1, 13, 0))).toEqual(['it']);
    expect(at(office, Date.UTC(2026, 11, 1, 13, 59))).toEqual([]);
    expect(at(office, Date.UTC(2026, 11, 1, 14, 0))).toEqual(['it']);
    expect(at(office, Date.UTC(2026, 11, 1, 23, 0))).toEqual([]);
  });

  test('over midnight belong to the day on which they begin', () => {
    const night = { days: ['fri'], from: '22:00', to: '06:00' };
    expect(at(night, Date.UTC(2026, 10, 20, 23))).toEqual(['it']);
    expect(at(night, Date.UTC(2026, 10, 21, 5))).toEqual(['it']);
    expect(at(night, Date.UTC(2026, 10, 21, 23))).toEqual([]);
    expect(at(night, Date.UTC(2026, 10, 20, 5))).toEqual([]);
  });
});

test.each<[string, object, string]>([
  [
    'a channel that is not there',
    { channels: ['shfit'] },
    'no channel is named shfit; there are: shift, experts, programs',
  ],
  ['no channel at all', { match: { area: 'beam' } }, 'names no channels, nor does a parent'],
  [
    'an escalation to nobody known',
    { channels: ['shift'], escalate: [{ after: '1m', channels: ['boss'] }] },
    'no channel is named boss',
  ],
  [
    'steps out of order',
    {
      channels: ['shift'],
      escalate: [
        { after: '9m', channels: ['shift'] },
        { after: '3m', channels: ['shift'] },
      ],
    },
    'each step must be later',
  ],
  ['an empty match', { channels: ['shift'], match: {} }, 'must ask for something'],
  ['an empty list', { channels: ['shift'], match: { severity: [] } }, 'must name at least one'],
  ['a severity that is none', { channels: ['shift'], match: { severity: 'NO_ALARM' } }, 'MINOR'],
  [
    'hours that are none',
    { channels: ['shift'], match: { time: { from: '08:00', to: '08:00' } } },
    'no time would fit',
  ],
  ['a time of day that is none', { channels: ['shift'], match: { time: { from: '25:00' } } }, 'time of day'],
  ['a zone that is none', { channels: ['shift'], match: { time: { zone: 'Batavia' } } }, 'time zone'],
  [
    'a regular expression that is none',
    { channels: ['shift'], match: { matchers: 'device=~"("' } },
    'missing',
  ],
])('a route with %s is refused, with the reason', (_, route, message) => {
  expect(() => configOf({ channels, routes: [route] })).toThrow(message);
});

test('a route behind one that takes everything is refused: it would never be reached', () => {
  expect(() =>
    configOf({ channels, routes: [{ channels: ['shift'] }, { name: 'late', channels: ['shift'] }] }),
  ).toThrow('is never reached: route-1 before it takes everything');
});

test('a route that cannot take what a silence holds back is known; in doubt it may', () => {
  const routes = routerOf([
    { name: 'horn', match: { area: 'beam/horn', severity: 'MAJOR' }, channels: ['shift'] },
    { name: 'rest', channels: ['experts'] },
  ]).routes;
  const sharing = (name: string, value: string, isRegex = false) =>
    [...routes.values()]
      .filter(route => mayShare(route, [{ name, value, isRegex, isEqual: true }]))
      .map(({ path }) => path);
  expect(sharing('severity', 'MINOR')).toEqual(['rest']);
  expect(sharing('area', 'beam/horn')).toEqual(['horn', 'rest']);
  expect(sharing('alarm', 'daq/disk')).toEqual(['rest']);
  expect(sharing('area', 'daq.*', true)).toEqual(['horn', 'rest']);
});
