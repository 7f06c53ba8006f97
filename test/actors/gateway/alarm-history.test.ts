import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AlarmChange, alarmChange } from '../../../protocol/messages/alarm-change.ts';
import { clickHouse, type TestStore } from '../../helpers/store.ts';
import { batchOf, startRecorder } from '../recorder/fixtures.ts';
import { alarm, type RunningGateway, runGateway } from './harness.ts';

const DATABASE = 'history';
const at = (micros: number) => ({
  seconds: 1_795_000_000 + Math.floor(micros / 1e6),
  nanoseconds: (micros % 1e6) * 1_000,
});

/** Everything that a change can say, and the least that it must. */
const FULL = alarm('beam/horn/current', {
  at: at(250_001),
  eventTime: at(1),
  value: -194.25,
  returnedAt: at(100),
  acknowledged: { by: 'maria', at: at(7), note: "it's known" },
  shelved: { by: 'enrico', at: at(8), reason: 'swap', until: at(9_000_000), oneShot: true },
  disabled: { by: 'enrico', at: at(9), reason: 'broken' },
  suppressedBy: 'flow/no-spill',
  comment: { by: 'maria', at: at(10), note: 'two\nlines' },
  owner: 'maria',
  inputs: [
    { name: 'E:NSLINA', value: '-49.6', at: at(3) },
    { name: 'E:NSLINB', value: null },
  ],
});
const {
  limit: _limit,
  raisedAt: _raised,
  ...bare
} = alarm('flow/no-spill', { at: at(250_001), value: null, labels: {} });

/** Many at the same moment: what is in order must not depend on luck. */
const MANY: readonly AlarmChange[] = Array.from({ length: 250 }, (_, index) =>
  alarm(`flood/a-${index % 50}`, {
    at: at(1_000_000 + Math.floor(index / 100)),
    transition: Math.floor(index / 50) + 1,
  }),
);
const HORN = 'beam/horn/current';
const KINDS = [
  alarm('kind/truth', { at: at(1), value: true }),
  alarm('kind/word', { at: at(2), value: 'STUCK' }),
  alarm('kind/nan', { at: at(3), value: 'NaN' }),
  alarm('a/history', { at: at(4) }),
];

let store: TestStore;
let gateway: RunningGateway;
beforeAll(async () => {
  store = await clickHouse();
  const target = { url: store.url, user: 'spillway', database: DATABASE };
  await using recorder = await startRecorder(target);
  const batch = batchOf('ALARM@1', 1, [FULL, bare, ...KINDS, ...MANY]);
  await recorder.lane('ALARM').deliver({
    ...batch,
    afterRefusal: false,
    again: false,
    messages: batch.messages.map(message => ({ ...message, type: alarmChange.type })),
  });
  gateway = await runGateway({}, { store: target });
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await store[Symbol.asyncDispose]();
});

interface HistoryPage {
  readonly changes: AlarmChange[];
  readonly next?: string;
}

async function page(path: string, query: Record<string, string> = {}): Promise<HistoryPage> {
  const words = new URLSearchParams(query).toString();
  const { status, json } = await gateway.call('GET', `${path}?${words}`, { as: 'shifter' });
  expect({ status, json }).toMatchObject({ status: 200 });
  return json as unknown as HistoryPage;
}

test('a change comes back from the store as it was told, down to the microsecond', async () => {
  expect((await page(`/api/v1/alarms/${HORN}/history`)).changes).toEqual([FULL]);
  expect((await page('/api/v1/alarms/flow%2Fno-spill/history')).changes).toEqual([bare]);
});

test.each([
  ['truth', true],
  ['word', 'STUCK'],
  ['nan', 'NaN'],
])('a value that is a %s comes back as that', async (name, value) => {
  const { changes } = await page(`/api/v1/alarms/kind/${name}/history`);
  expect(changes.map(change => change.value)).toEqual([value]);
});

test('page by page everything comes once, the latest first, though many happened at one moment', async () => {
  const seen: AlarmChange[] = [];
  let before: string | undefined;
  let pages = 0;
  do {
    const { changes, next } = await page('/api/v1/alarm-history', {
      limit: '37',
      ...(before ? { before } : {}),
    });
    seen.push(...changes);
    before = next;
    pages++;
  } while (before !== undefined);
  const all = [FULL, bare, ...KINDS, ...MANY];
  expect(seen).toHaveLength(all.length);
  expect(new Set(seen.map(({ alarm, transition }) => `${alarm}:${transition}`)).size).toBe(all.length);
  const times = seen.map(({ at: { seconds, nanoseconds } }) => seconds * 1e6 + nanoseconds / 1e3);
  expect(times).toEqual(times.toSorted((a, b) => b - a));
  expect(pages).toBe(Math.ceil(all.length / 37));
});

test('a page that ends with the last change says that there is no other', async () => {
  const { changes, next } = await page('/api/v1/alarms/flood/a-7/history', { limit: '5' });
  expect(changes.map(({ transition }) => transition)).toEqual([5, 4, 3, 2, 1]);
  expect(next).toBeUndefined();
  expect((await page('/api/v1/alarms/flood/a-7/history', { limit: '4' })).next).toBeDefined();
});

test('history can be asked for from a time on', async () => {
  const before = new Date((1_795_000_000 + 1) * 1_000).toISOString();
  const { changes } = await page('/api/v1/alarm-history', { before });
  expect(changes.map(({ alarm }) => alarm)).toEqual([
    'flow/no-spill',
    HORN,
    'a/history',
    'kind/nan',
    'kind/word',
    'kind/truth',
  ]);
});

test('an alarm that is called history is an alarm', async () => {
  expect((await page('/api/v1/alarms/a/history/history')).changes).toHaveLength(1);
  expect((await page('/api/v1/alarms/a/history')).changes).toEqual([]);
  gateway.say(alarmChange, alarm('a/history'));
  const { json } = await gateway.call('GET', '/api/v1/alarms/a/history');
  expect(json).toMatchObject({ alarm: 'a/history', transition: 1 });
});

test.each([
  ['a cursor made up', { before: "1~2~x' OR 1=1" }],
  ['no time', { before: 'yesterday' }],
  ['too much', { limit: '1001' }],
  ['what nobody asks', { offset: '7' }],
])('%s is refused', async (_, query) => {
  for (const path of ['/api/v1/alarm-history', `/api/v1/alarms/${HORN}/history`])
    expect(await gateway.call('GET', `${path}?${new URLSearchParams(query).toString()}`)).toMatchObject({
      status: 400,
      json: { code: 'REQUEST_INVALID' },
    });
});

test('history is for those who may see, and says so when the store is away', async () => {
  const nobody = await gateway.call('GET', '/api/v1/alarm-history', { as: 'nobody' });
  expect(nobody.status).toBe(401);
  expect((await gateway.call('GET', `/api/v1/alarms/${HORN}/history`, { as: 'notifier' })).status).toBe(403);
  await using blind = await runGateway();
  expect(await blind.call('GET', '/api/v1/alarm-history')).toMatchObject({
    status: 503,
    json: { code: 'STORE_AWAY' },
  });
});
