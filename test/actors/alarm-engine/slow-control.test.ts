import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { alarmEngine } from '../../../actors/alarm-engine/actor.ts';
import { AlarmEngineConfig } from '../../../actors/alarm-engine/config.ts';
import { HEADERS } from '../../../protocol/message.ts';
import { alarmChange } from '../../../protocol/messages/alarm-change.ts';
import { alarmRulesApplied } from '../../../protocol/messages/alarm-rules.ts';
import { type Readings, slowReadings } from '../../../protocol/messages/readings.ts';
import type { ActorDefinition, FoldLane, Lane } from '../../../runtime/actor.ts';
import { LIME_FILE } from '../../../runtime/config/detector-file.ts';
import { runActor } from '../../../runtime/host/host.ts';
import type { Nats } from '../../../runtime/host/nats.ts';
import { publish } from '../../../runtime/host/publish.ts';
import { hostOptions } from '../../helpers/host-options.ts';
import { natsServer } from '../../helpers/nats.ts';
import { allMessages, openTestNats, publishReadings } from '../../helpers/streams.ts';
import { temporaryDirectory } from '../../helpers/temporary-directory.ts';
import { until } from '../../helpers/until.ts';
import { readingsOf, T0, TestEngine } from './engine.ts';

const RULES = `
alarms:
  lime/gas/temperature:
    title: Gas too warm
    value: "L:GAS_TEMPERATURE"
    limits: { high: 25 }
    stale: 3m
  lime/slow-control:
    title: No slow control
    absent: { trigger: Environment, for: 3m }
  beam/a: { title: A, value: "E:A", limits: { high: 5 } }
`;

/** The environment of the detector, read at a time. */
const warmth = (celsius: number, at: number): Readings =>
  readingsOf({ 'L:GAS_TEMPERATURE': celsius }, at, { source: 'lime', trigger: 'Environment', inOut: 'out' });

test('a rule holds slow control as it holds the beam: limits, and that it comes at all', () => {
  const engine = new TestEngine(RULES.replace(/ {2}beam.*\n/, ''));
  const tell = (celsius: number, afterMs: number) =>
    engine.tell(slowReadings, warmth(celsius, engine.now + afterMs), afterMs);
  tell(21, 60_000);
  tell(26, 60_000);
  tell(21, 60_000);
  engine.wake(179_000);
  engine.wake(2_000);
  expect(engine.changes.map(({ alarm, to, severity }) => `${alarm} ${to} ${severity}`)).toEqual([
    'lime/gas/temperature unacknowledged MINOR',
    'lime/gas/temperature returned-unacknowledged NO_ALARM',
    'lime/gas/temperature unacknowledged INVALID',
    'lime/slow-control unacknowledged MAJOR',
  ]);
});

const changes = async (nats: Nats): Promise<string[]> =>
  (await allMessages(nats, 'ALARM'))
    .filter(({ header }) => header.get(HEADERS.type) === alarmChange.type)
    .map(({ data }) => alarmChange.decode(data))
    .map(({ alarm, to, value }) => `${alarm} ${to} ${String(value)}`);

/** The engine of a version before slow control came. */
const former: ActorDefinition<AlarmEngineConfig> = {
  ...alarmEngine,
  async start(config, context) {
    const running = await alarmEngine.start(config, context);
    const lanes = running.lanes.map((lane): Lane => {
      const { streams, ...rest } = lane as FoldLane;
      const [first, ...others] = streams;
      return { ...rest, streams: [first, ...others.filter(stream => stream !== 'SLOW')] };
    });
    return { ...running, lanes };
  },
};

test('an engine that did not know slow control goes on from its snapshot, and takes what was told before it knew', async () => {
  await using server = await natsServer();
  await using nats = await openTestNats(server.url);
  await using directory = await temporaryDirectory();
  const rules = join(directory.path, 'alarms.yaml');
  await writeFile(rules, RULES);
  const config = AlarmEngineConfig.parse({ rules, poll: '20ms' });
  const run = async (
    definition: ActorDefinition<AlarmEngineConfig>,
    during: () => Promise<void>,
  ): Promise<void> => {
    await using own = await openTestNats(server.url);
    const stop = new AbortController();
    const over = runActor(definition, config, hostOptions(own, stop.signal));
    try {
      await during();
    } finally {
      stop.abort();
      await over;
    }
  };
  const applied = async () =>
    (await allMessages(nats, 'ALARM')).filter(
      ({ header }) => header.get(HEADERS.type) === alarmRulesApplied.type,
    );
  await run(former, async () => {
    await until(async () => (await applied()).length === 1, { what: 'rules in force' });
    await publish(nats, { type: slowReadings, body: warmth(30, T0) }, [], { deadlineMs: 5_000 });
    await publishReadings(nats, readingsOf({ 'E:A': 7 }, T0));
    await until(async () => (await changes(nats)).length === 1, { what: 'the alarm of the beam' });
  });
  expect(await changes(nats)).toEqual(['beam/a unacknowledged 7']);
  await run(alarmEngine, async () => {
    await until(async () => (await changes(nats)).length === 2, { what: 'the alarm of slow control' });
    await publishReadings(nats, readingsOf({ 'E:A': 1 }, T0 + 1000));
    await publish(nats, { type: slowReadings, body: warmth(20, T0 + 1000) }, [], { deadlineMs: 5_000 });
    await until(async () => (await changes(nats)).length === 4, { what: 'both to return' });
  });
  const told = ['beam/a unacknowledged 7', 'lime/gas/temperature unacknowledged 30'];
  const all = await changes(nats);
  expect(all.slice(0, 2)).toEqual(told);
  expect(all.slice(2).toSorted()).toEqual([
    'beam/a returned-unacknowledged 1',
    'lime/gas/temperature returned-unacknowledged 20',
  ]);
  // Another restart tells nothing anew.
  await run(alarmEngine, async () => {
    await publishReadings(nats, readingsOf({ 'E:A': 8 }, T0 + 2000));
    await until(async () => (await changes(nats)).length === 5, { what: 'a change after the restart' });
  });
  expect(await changes(nats)).toHaveLength(5);
});

test('a rule may name slow control of the detectors that the configuration names, and a typing error is found at the start', async () => {
  await using directory = await temporaryDirectory();
  const check = async (text: string) => {
    const rules = join(directory.path, 'alarms.yaml');
    await writeFile(rules, text);
    return alarmEngine.check?.(AlarmEngineConfig.parse({ rules, detectors: LIME_FILE }));
  };
  await expect(check(RULES.replace(/ {2}beam.*\n/, ''))).resolves.toBeUndefined();
  await expect(
    check('alarms: { a: { title: A, value: "L:GAS_TEMPERATUR", limits: { high: 1 } } }'),
  ).rejects.toThrow(/L:GAS_TEMPERATUR is not in the device list.*L:GAS_TEMPERATURE/);
  await expect(
    check('alarms: { a: { title: A, value: "L:HV_MSRD[26]", limits: { high: 1 } } }'),
  ).rejects.toThrow(/has no element 26; accepted: 0 to 25/);
});
