import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type BacktestResult,
  backtest,
  RUN_IN_MS,
} from '../../../../actors/alarm-engine/backtest/backtest.ts';
import { recorded, rulesInForce } from '../../../../actors/alarm-engine/backtest/recorded.ts';
import { setMode } from '../../../../actors/alarm-engine/backtest/recorded-modes.ts';
import { recordedReadings } from '../../../../actors/alarm-engine/backtest/recorded-readings.ts';
import type { EngineMessage } from '../../../../actors/alarm-engine/engine/engine.ts';
import { loadScenario } from '../../../../fixtures/simulator/scenario.ts';
import { alarmCommandResult } from '../../../../protocol/messages/alarm-command.ts';
import { alarmRules, alarmRulesApplied, digestOfRules } from '../../../../protocol/messages/alarm-rules.ts';
import type { Readings } from '../../../../protocol/messages/readings.ts';
import type { StreamName } from '../../../../protocol/subjects.ts';
import { eventTimeFromMs } from '../../../../protocol/time.ts';
import type { Batch, Delivered } from '../../../../runtime/actor.ts';
import { readDeviceList } from '../../../../runtime/config/device-list.ts';
import { openStore, type Store } from '../../../../runtime/store/connection.ts';
import { START, shipped } from '../../../alarms/played.ts';
import { playSystem, stored } from '../../../helpers/played-system.ts';
import { clickHouse, type TestStore } from '../../../helpers/store.ts';
import { startRecorder } from '../../recorder/fixtures.ts';

const { devices } = await readDeviceList('fixtures/devices/numi.yaml');
const range = { from: START, to: START + 150_000 };

let server: TestStore;
beforeAll(async () => {
  server = await clickHouse();
});
afterAll(() => server[Symbol.asyncDispose]());

/** A store that the recorder has written these messages into, each stream in batches of its own. */
async function storeWith(database: string, messages: readonly Delivered<unknown>[]): Promise<Store> {
  const options = { url: server.url, user: 'spillway', database };
  await using recorder = await startRecorder(options);
  for (const [name, types] of Object.entries(STREAMS)) {
    const own = messages
      .filter(({ type }) => types.includes(type))
      .map((message, index) => ({
        ...message,
        stream: `${name as StreamName}@7` as const,
        sequence: index + 1,
      }));
    if (own.length === 0) continue;
    const batch: Batch = {
      messages: own,
      token: `${name}@7:1-${own.length}`,
      afterRefusal: false,
      again: false,
    };
    await recorder.lane(name as StreamName).deliver(batch);
  }
  return openStore(options);
}

const STREAMS: Readonly<Record<string, readonly string[]>> = {
  BEAM: ['readings/1'],
  HEALTH: ['health/1'],
  LEDGER: ['ledger-entry/1', 'ledger-gap/1'],
  COMMAND: ['alarm-command/1', 'alarm-rules/1'],
  ALARM: ['command-result/1', 'alarm-rules-applied/1'],
};

const played = (scenario: string): Delivered<EngineMessage>[] =>
  playSystem({
    scenario: loadScenario(`fixtures/scenarios/${scenario}.yaml`),
    devices,
    startMs: START,
    lengthMs: 150_000,
  });

/** Milliseconds are all that the store keeps of the time of storage. */
const told = ({ alarms, modes }: BacktestResult) => ({
  alarms: alarms.map(({ alarm, fired, byMode, severity, activeMs }) => ({
    alarm,
    fired,
    byMode,
    severity,
    seconds: Math.round(activeMs / 100) / 10,
  })),
  modes: Object.keys(modes),
});

async function* each<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

test('readings come back as they were stored: every value, in the order and at the time of storage', async () => {
  for (const scenario of ['bad-value', 'late-callback', 'clock-skew']) {
    const messages = played(scenario).filter(({ type }) => type === 'readings/1') as Delivered<Readings>[];
    await using store = await storeWith(scenario.replace('-', '_'), messages);
    const names = devices.map(({ name }) => name);
    const back = await Array.fromAsync(recordedReadings(store, range, names));
    expect(back.map(message => plain(message))).toEqual(messages.map(message => plain(message)));
  }
});

/** What the store keeps of readings, whatever the order of the devices. */
const plain = ({ storedAt, body }: Delivered<Readings>) => ({
  storedAt: Math.floor(storedAt),
  ...body,
  time: { ...body.time, nanoseconds: Math.floor(body.time.nanoseconds / 1000) },
  devices: body.devices
    .map(device => ({ ...device, kind: 'float' }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1)),
  problems: body.problems.toSorted((a, b) => (a.device < b.device ? -1 : 1)),
});

test('rules judged again on what is recorded say what they said then', async () => {
  for (const scenario of ['horn-trip', 'missing-device', 'stalled-engine']) {
    const messages = played(scenario);
    await using store = await storeWith(`again_${scenario.replace('-', '_')}`, messages);
    const [then] = await backtest([shipped], each(messages), { range });
    const [again] = await backtest([shipped], recorded(store, withRunIn(range), [shipped]), { range });
    expect(then?.alarms.length).toBeGreaterThan(0);
    expect(again && told(again)).toEqual(then && told(then));
  }
});

const withRunIn = ({ from, to }: typeof range) => ({ from: from - RUN_IN_MS, to });

test('a mode that somebody had set then is set again, and one that is asked for takes its place', async () => {
  const command = setMode('horn-off', START + 10_000, 'Ada', 'special run');
  const answer = {
    command: 'id' in command.body ? command.body.id : '',
    kind: 'set-mode',
    done: true,
    message: '',
    at: eventTimeFromMs(START + 10_001),
  };
  await using store = await storeWith('modes', [
    ...played('horn-trip'),
    command,
    stored(alarmCommandResult.type, answer, START + 10_001),
  ]);
  const run = async (mode?: string) => {
    const messages = recorded(store, withRunIn(range), [shipped], { modes: mode === undefined });
    const [result] = await backtest([shipped], messages, { range, mode });
    return result && told(result);
  };
  expect(await run()).toEqual({ alarms: [], modes: ['unknown', 'beam-on', 'horn-off'] });
  const asked = await run('beam-on');
  expect(asked?.modes).toEqual(['beam-on']);
  expect(asked?.alarms.find(({ alarm }) => alarm === 'beam/horn/trip')).toMatchObject({
    fired: 1,
    byMode: { 'beam-on': 1 },
  });
});

test('the rules in force are those whose coming into force was recorded last', async () => {
  const older = [{ path: 'alarms/a.yaml', text: 'alarms: {}\n' }];
  const newer = [
    { path: 'alarms/a.yaml', text: 'alarms: {}\n# changed\n' },
    { path: 'alarms/b.yaml', text: 'alarms: {}\n' },
  ];
  const offered = [older, newer, older].map((files, index) =>
    stored(alarmRules.type, { files, by: 'Ada', at: eventTimeFromMs(START + index) }, START + index),
  );
  const applied = [older, newer].map((files, index) => ({
    version: index + 1,
    digest: digestOfRules(files),
    by: 'Ada',
    at: eventTimeFromMs(START + index),
    alarms: 0,
    added: [],
    removed: [],
    changed: [],
    moved: [],
    modes: [],
  }));
  const messages = applied.map((body, index) => stored(alarmRulesApplied.type, body, START + index));
  await using store = await storeWith('in_force', [...offered, ...messages]);
  expect(await rulesInForce(store)).toEqual(newer);
  await using empty = await storeWith('none_in_force', []);
  expect(await rulesInForce(empty)).toEqual([]);
});
