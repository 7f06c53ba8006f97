import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { alarmEngine } from '../../../actors/alarm-engine/actor.ts';
import { AlarmEngineConfig } from '../../../actors/alarm-engine/config.ts';
import { type EngineMessage, step } from '../../../actors/alarm-engine/engine/engine.ts';
import { initialState } from '../../../actors/alarm-engine/engine/state.ts';
import { HEADERS } from '../../../protocol/message.ts';
import { type AlarmChange, alarmChange } from '../../../protocol/messages/alarm-change.ts';
import { alarmCommand } from '../../../protocol/messages/alarm-command.ts';
import { alarmRules, alarmRulesApplied } from '../../../protocol/messages/alarm-rules.ts';
import { readings } from '../../../protocol/messages/readings.ts';
import type { Delivered } from '../../../runtime/actor.ts';
import { runActor } from '../../../runtime/host/host.ts';
import type { Nats } from '../../../runtime/host/nats.ts';
import { publish } from '../../../runtime/host/publish.ts';
import { hostOptions } from '../../helpers/host-options.ts';
import { natsServer } from '../../helpers/nats.ts';
import { allMessages, countMessages, openTestNats, publishReadings } from '../../helpers/streams.ts';
import { temporaryDirectory } from '../../helpers/temporary-directory.ts';
import { until } from '../../helpers/until.ts';
import { commandOf, readingsOf } from './engine.ts';

const MORTAL = join(import.meta.dirname, 'mortal-engine.ts');

const RULES = (high: number) => `
alarms:
  a: { title: A, value: "E:A", limits: { high: ${high} }, latch: true }
  b: { title: B, value: "E:B", limits: { high: 5, hihi: 8 }, count: { bad: 2, of: 3 }, mask: [a] }
`;

const typeOf = (message: { header: { get(name: string): string } }) => message.header.get(HEADERS.type);

const changes = async (nats: Nats): Promise<AlarmChange[]> =>
  (await allMessages(nats, 'ALARM'))
    .filter(message => typeOf(message) === alarmChange.type)
    .map(message => alarmChange.decode(message.data));

const appliedVersions = async (nats: Nats): Promise<number[]> =>
  (await allMessages(nats, 'ALARM'))
    .filter(message => typeOf(message) === alarmRulesApplied.type)
    .map(message => alarmRulesApplied.decode(message.data).version);

/** An engine in this process; stops with the scope. */
async function engineOn(url: string, rules: string) {
  const nats = await openTestNats(url);
  const stop = new AbortController();
  const config = AlarmEngineConfig.parse({ rules, poll: '20ms' });
  const ended = runActor(alarmEngine, config, hostOptions(nats, stop.signal));
  return {
    async [Symbol.asyncDispose]() {
      stop.abort();
      await ended;
      await nats.connection.close();
    },
  };
}

test('readings become changes, a person acknowledges, and rules that change on disk are in force without a restart', async () => {
  await using server = await natsServer();
  await using nats = await openTestNats(server.url);
  await using directory = await temporaryDirectory();
  const rules = join(directory.path, 'alarms');
  await mkdir(rules);
  await writeFile(join(rules, 'a.yaml'), RULES(5));
  await using _engine = await engineOn(server.url, rules);
  await until(async () => (await appliedVersions(nats)).length === 1, { what: 'rules in force' });

  await publishReadings(nats, readingsOf({ 'E:A': 7, 'E:B': 1 }, 1_795_000_000_000));
  await until(async () => (await changes(nats)).length === 2, { what: 'the alarm, and what it masks' });
  const command = commandOf({ kind: 'acknowledge', alarm: 'a', expected: 1, note: 'horn ramps' });
  await publish(nats, { type: alarmCommand, body: command }, [], { deadlineMs: 5_000 });
  await until(async () => (await changes(nats)).length === 3, { what: 'the acknowledgement' });
  await writeFile(join(rules, 'a.yaml'), 'alarms: { a: { title: 5 } }');
  await writeFile(join(rules, 'a.yaml'), RULES(9));
  await until(async () => (await appliedVersions(nats)).length === 2, { what: 'the new rules' });
  await until(async () => (await changes(nats)).length === 5, { what: 'what the new limit moves' });
  expect((await changes(nats)).map(({ alarm, to, cause }) => `${alarm} ${to} ${cause}`)).toEqual([
    'a unacknowledged input',
    'b suppressed input',
    'a acknowledged command',
    'a latched-acknowledged rules',
    'b normal rules',
  ]);
});

test('an engine that is killed again and again tells what one that never died would tell, each change once', async () => {
  await using server = await natsServer();
  await using nats = await openTestNats(server.url);
  await using directory = await temporaryDirectory();
  const rules = join(directory.path, 'alarms.yaml');
  await writeFile(rules, RULES(5));
  const LIVES = 6;
  const PART = 500;
  // A sequence that raises, counts, masks and latches, without a period.
  const publishPart = async (part: number) => {
    for (let n = part * PART + 1; n <= (part + 1) * PART; n++) {
      const values = { 'E:A': (n * n * 7919) % 11, 'E:B': (n * 31) % 10 };
      await publishReadings(nats, readingsOf(values, 1_795_000_000_000 + n * 10));
      if (n % 50 !== 0) continue;
      const body = commandOf({ kind: n % 100 === 0 ? 'reset' : 'acknowledge', alarm: 'a' });
      await publish(nats, { type: alarmCommand, body }, [], { deadlineMs: 15_000 });
    }
  };
  for (let life = 0; life < LIVES; life++) {
    await using engine = mortal(server.url, rules);
    await until(async () => (await appliedVersions(nats)).length === 1, { what: 'rules in force' });
    const before = await countMessages(nats, 'ALARM');
    const publishing = publishPart(life);
    await until(async () => (await countMessages(nats, 'ALARM')) > before + 40 + life * 47, {
      what: `life ${life} tells changes`,
      timeoutMs: 30_000,
    });
    await engine.end('SIGKILL');
    await publishing;
  }
  await using last = mortal(server.url, rules);
  const commands = (LIVES * PART) / 50;
  const answered = async () =>
    (await allMessages(nats, 'ALARM')).filter(message => typeOf(message) === 'command-result/1').length;
  await until(async () => (await answered()) === commands, { what: 'the last answer', timeoutMs: 30_000 });
  await last.end('SIGTERM');

  const expected = await unbroken(nats);
  const told = await changes(nats);
  expect(told.length).toBeGreaterThan(1000);
  expect(told).toEqual(expected);
}, 120_000);

/** An engine in a process of its own; gone with the scope. */
function mortal(url: string, rules: string) {
  const child = spawn(process.execPath, [MORTAL, url, rules], { stdio: 'ignore' });
  const exited = once(child, 'exit');
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    await exited;
  };
  return { end, [Symbol.asyncDispose]: () => end('SIGKILL') };
}

/** Milliseconds as the host gives them, from `2026-11-21T01:44:43.120000001Z`. */
function storedAt(timestamp: string): number {
  const [whole = '', fraction = ''] = timestamp.replace('Z', '').split('.');
  const nanoseconds = BigInt(Date.parse(`${whole}Z`)) * 1_000_000n + BigInt(fraction.padEnd(9, '0'));
  return Number(nanoseconds) / 1e6;
}

/** What comes of the streams as they are now, folded without a break in the order in which JetStream stored them. */
async function unbroken(nats: Nats): Promise<AlarmChange[]> {
  const inputs: Delivered<EngineMessage>[] = [];
  for (const stream of ['BEAM', 'COMMAND'] as const)
    for (const message of await allMessages(nats, stream)) {
      const type = [readings, alarmCommand, alarmRules].find(({ type }) => type === typeOf(message));
      if (!type) continue;
      inputs.push({
        type: type.type,
        body: type.decode(message.data),
        identity: '',
        stream: `${stream}@1`,
        sequence: message.seq,
        storedAt: storedAt(message.timestamp),
        subject: message.subject,
        hops: [],
      });
    }
  let state = initialState;
  const told: AlarmChange[] = [];
  for (const input of inputs.toSorted((a, b) => a.storedAt - b.storedAt)) {
    const made = step(state, input);
    state = made.state;
    for (const { type, body } of made.outputs) if (type === alarmChange) told.push(body as AlarmChange);
  }
  return told;
}
