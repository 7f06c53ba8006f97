import { expect, test } from 'vitest';
import { alarmAddress, boardAddress, filledLink, routeOf } from '../../../web/app/routes.ts';

const route = (address: string) => routeOf(new URL(address, 'http://page'));

test('an address of Grafana shows the same board here, with the same range and choices', () => {
  const { words, ...rest } = route(
    '/d/spillway-horn/target-and-horn?from=now-6h&to=now&var-device=E:HPTGT',
  ) as {
    words: URLSearchParams;
  };
  expect(rest).toEqual({ page: 'board', uid: 'spillway-horn' });
  expect([words.get('from'), words.get('var-device')]).toEqual(['now-6h', 'E:HPTGT']);
});

test('what is written into an address is read from it again', () => {
  expect(route(alarmAddress('beam/horn/current'))).toMatchObject({
    page: 'alarms',
    alarm: 'beam/horn/current',
  });
  const address = boardAddress('a b', { from: '1', to: 'now' }, { device: ['E:A', 'E:B&c'] });
  const { uid, words } = route(address) as { uid: string; words: URLSearchParams };
  expect([uid, words.getAll('var-device')]).toEqual(['a b', ['E:A', 'E:B&c']]);
});

test('the root is a board, the list is no alarm, and nonsense is none of ours', () => {
  expect(route('/')).toMatchObject({ page: 'board', uid: undefined });
  expect(route('/alarms')).toMatchObject({ page: 'alarms', alarm: undefined });
  expect(route('/silences')).toEqual({ page: 'silences' });
  expect(route('/openapi.json')).toEqual({ page: 'none', path: '/openapi.json' });
  expect(route('/boards/%E0%A4%A')).toMatchObject({ uid: '%E0%A4%A' });
});

test('links of a board keep the time range and lose what only Grafana knows', () => {
  const range = { from: 'now-6h', to: 'now' };
  expect(filledLink('/d/spillway-beam?${__url_time_range}&${datasource:queryparam}', range)).toBe(
    '/d/spillway-beam?from=now-6h&to=now',
  );
});
