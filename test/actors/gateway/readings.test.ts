import { expect, test } from 'vitest';
import { type Readings, readings, slowReadings } from '../../../protocol/messages/readings.ts';
import { natsServer } from '../../helpers/nats.ts';
import { openTestNats, publishReadings, readingsOf } from '../../helpers/streams.ts';
import { temporaryDirectory } from '../../helpers/temporary-directory.ts';
import { until } from '../../helpers/until.ts';
import { runGateway } from './harness.ts';
import { LIVE_TOKEN, runLiveGateway } from './live.ts';
import { PageClient } from './page-client.ts';

const device = (name: string, values: number[], over: object = {}) => ({
  name,
  kind: 'float' as const,
  units: 'kA',
  status: 0,
  seconds: 1_800_000_000,
  milliseconds: 120,
  values,
  ...over,
});
const spill = (over: Partial<Readings> = {}): Readings => ({
  source: 'bd',
  mode: 'callback',
  trigger: 'A9',
  inOut: 'in',
  time: { seconds: 1_800_000_000, nanoseconds: 0 },
  devices: [device('E:NSLINA', [-49.6]), device('E:HPTGT', [1, 2, 3])],
  problems: [],
  ...over,
});

const LATEST = '/api/v1/devices/latest';

test('every device has its latest reading with units, status and time, also one that the last spill left out', async () => {
  await using gateway = await runGateway();
  gateway.say(readings, spill());
  gateway.say(
    readings,
    spill({
      devices: [
        device('E:NSLINA', [0], { nonFinite: [[0, 'NaN']], status: 57, seconds: 0, milliseconds: 0 }),
      ],
    }),
  );
  gateway.say(
    slowReadings,
    spill({ trigger: 'GasSystem', inOut: 'out', devices: [device('GAS:P', [1010])] }),
  );
  const { json } = await gateway.call('GET', LATEST, { as: 'shifter' });
  const common = { source: 'bd', trigger: 'A9', inOut: 'in', units: 'kA', storedAt: expect.any(Number) };
  const time = { seconds: 1_800_000_000, nanoseconds: 120_000_000 };
  expect(json['devices']).toEqual([
    { ...common, name: 'E:HPTGT', values: [1, 2, 3], status: 0, time },
    // Without a time of its own it has that of its trigger.
    {
      ...common,
      name: 'E:NSLINA',
      values: ['NaN'],
      status: 57,
      time: { seconds: 1_800_000_000, nanoseconds: 0 },
    },
    { ...common, name: 'GAS:P', values: [1010], status: 0, time, trigger: 'GasSystem', inOut: 'out' },
  ]);
});

test('a device that several triggers read is as the last of them had it, or as the one asked for', async () => {
  await using gateway = await runGateway();
  const of = (trigger: string, value: number) => spill({ trigger, devices: [device('E:TEMP', [value])] });
  gateway.say(readings, of('A9', 1));
  gateway.say(readings, of('AD', 2));
  const ask = async (query: string) => {
    const { json } = await gateway.call('GET', `${LATEST}?${query}`);
    return (json['devices'] as { values: number[] }[]).map(({ values }) => values);
  };
  expect(await ask('')).toEqual([[2]]);
  expect(await ask('trigger=A9')).toEqual([[1]]);
  expect(await ask('trigger=A8')).toEqual([]);
});

test.each([
  ['name=E:HPTGT', ['E:HPTGT']],
  ['name=E:HPTGT&name=E:NSLINA', ['E:HPTGT', 'E:NSLINA']],
  ['name=E:N*', ['E:NSLINA']],
  ['name=*', ['E:HPTGT', 'E:NSLINA']],
  ['name=E:NS', []],
])('devices are chosen by name: %s', async (query, names) => {
  await using gateway = await runGateway();
  gateway.say(readings, spill());
  const { json } = await gateway.call('GET', `${LATEST}?${query}`);
  expect((json['devices'] as { name: string }[]).map(({ name }) => name)).toEqual(names);
});

test('the last spills come in short, and as many as are asked for', async () => {
  await using gateway = await runGateway();
  for (let n = 1; n <= 120; n++)
    gateway.say(
      readings,
      spill({ time: { seconds: 1_800_000_000 + n, nanoseconds: 0 }, trigger: n % 2 ? 'A9' : 'AD' }),
    );
  const ask = async (query: string) => {
    const { json } = await gateway.call('GET', `/api/v1/spills/latest?${query}`);
    return json['spills'] as Record<string, unknown>[];
  };
  expect(await ask('limit=1')).toEqual([
    {
      sequence: 120,
      trigger: 'AD',
      inOut: 'in',
      time: { seconds: 1_800_000_120, nanoseconds: 0 },
      storedAt: expect.any(Number),
      values: { 'E:NSLINA': -49.6 },
      problems: 0,
    },
  ]);
  expect((await ask('limit=3&trigger=A9')).map(({ sequence }) => sequence)).toEqual([119, 117, 115]);
  expect(await ask('limit=100')).toHaveLength(100);
  expect((await gateway.call('GET', '/api/v1/spills/latest?limit=101')).status).toBe(400);
});

test('a spill is had whole by its sequence, or said not to be there', async () => {
  await using gateway = await runGateway();
  gateway.say(readings, spill());
  expect(await gateway.call('GET', '/api/v1/spills/1')).toMatchObject({
    status: 200,
    json: {
      sequence: 1,
      trigger: 'A9',
      devices: [{ name: 'E:NSLINA' }, { name: 'E:HPTGT', values: [1, 2, 3] }],
    },
  });
  expect((await gateway.call('GET', '/api/v1/spills/2')).status).toBe(404);
  expect((await gateway.call('GET', '/api/v1/spills/1', { as: 'nobody' })).status).toBe(401);
});

test('a gateway that has just started knows the last readings, and tells no page of them as if they came now', async () => {
  await using server = await natsServer();
  await using nats = await openTestNats(server.url);
  await using directory = await temporaryDirectory();
  await publishReadings(nats, readingsOf(36));
  await using gateway = await runLiveGateway(server, directory.path, 'one');
  await until(
    async () => {
      const { json } = await gateway.call('GET', LATEST);
      return ((json['devices'] ?? []) as { values: number[] }[]).some(({ values }) => values[0] === 36);
    },
    { what: 'the reading from before the start' },
  );
  using page = new PageClient(gateway.base, { headers: { authorization: `Bearer ${LIVE_TOKEN}` } });
  await page.hears('snapshot');
  await publishReadings(nats, readingsOf(37));
  await page.hears('spill');
  expect(page.of('spill').map(({ values }) => values['E:TRTGTD'])).toEqual([37]);
});
