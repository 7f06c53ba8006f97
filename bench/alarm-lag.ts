/**
 * How long after a reading is stored is the change of its alarm stored, at 10,000 readings a second and 60,000 rules?
 *
 *     node bench/alarm-lag.ts [--seconds 30] [--devices 10000] [--sync always]
 *
 * The whole path on this machine: a nats-server, the alarm engine as an actor with heartbeats and snapshots, and readings of 100 devices
 * a message at the pace of the clock. Both times are JetStream's own. Everything shares this machine's cores.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { pino } from 'pino';
import { alarmEngine } from '../actors/alarm-engine/actor.ts';
import { AlarmEngineConfig } from '../actors/alarm-engine/config.ts';
import { HEADERS } from '../protocol/message.ts';
import { alarmChange } from '../protocol/messages/alarm-change.ts';
import { type Readings, readings } from '../protocol/messages/readings.ts';
import { eventTimeFromMs, eventTimeToMs } from '../protocol/time.ts';
import { runActor } from '../runtime/host/host.ts';
import { openNats } from '../runtime/host/nats.ts';
import { publish } from '../runtime/host/publish.ts';
import { serverName } from '../runtime/host/streams.ts';
import { memoryEventStore } from '../test/helpers/memory-event-store.ts';
import { natsServer } from '../test/helpers/nats.ts';
import { temporaryDirectory } from '../test/helpers/temporary-directory.ts';

const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '30' },
    devices: { type: 'string', default: '10000' },
    sync: { type: 'string', default: 'always' },
  },
});
const devices = Number(options.devices);
const PER_MESSAGE = 100;
const READINGS_A_SECOND = 10_000;
const RULES_A_DEVICE = 6;

const print = (line: string): void => void process.stdout.write(`${line}\n`);
const log = pino({ level: 'warn' });
const stop = new AbortController();
await using directory = await temporaryDirectory();
await using server = await natsServer({
  syncInterval: options.sync === 'always' ? 'always' : Number(options.sync),
});
try {
  const connect = () =>
    openNats({ servers: [server.url], experiment: 'bench', name: 'lag', replicas: 1 }, log, stop.signal);
  await using nats = await connect();
  await using own = await connect();
  const rules = join(directory.path, 'alarms.yaml');
  await writeFile(rules, rulesText());
  const ended = runActor(alarmEngine, AlarmEngineConfig.parse({ rules }), {
    nats: own,
    dataDirectory: directory.path,
    store: { url: 'http://127.0.0.1:1', user: 'nobody', database: 'none' },
    eventStore: memoryEventStore(),
    instance: 'bench-1',
    version: '0',
    log,
    clock: Date.now,
    random: Math.random,
    signal: stop.signal,
    heartbeatMs: 1000,
    drainMs: 10_000,
  });
  const stream = serverName('bench', 'ALARM');
  const lastSequence = async () => (await nats.jsm.streams.info(stream)).state.last_seq;
  while ((await lastSequence()) === 0) await pause(100);
  print(`${devices * RULES_A_DEVICE} rules in force`);
  const told = await tellReadings(body =>
    publish(nats, { type: readings, body }, [], { deadlineMs: 10_000 }),
  );
  let settled = -1;
  for (let last = await lastSequence(); last !== settled; last = await lastSequence()) {
    settled = last;
    await pause(3000);
  }
  const lags: number[] = [];
  for (let seq = 2; seq <= settled; seq += Math.max(1, Math.floor(settled / 4000))) {
    const message = await nats.jsm.streams.getMessage(stream, { seq });
    if (message?.header.get(HEADERS.type) !== alarmChange.type) continue;
    lags.push(message.time.getTime() - eventTimeToMs(alarmChange.decode(message.data).at));
  }
  const sorted = lags.toSorted((a, b) => a - b);
  const quantile = (q: number) => (sorted[Math.floor(q * (sorted.length - 1))] ?? 0).toFixed(0);
  print(
    `${told} readings told at ${READINGS_A_SECOND}/s; ${settled - 1} changes stored, ${lags.length} looked at`,
  );
  print(
    `stored reading to stored change: p50 ${quantile(0.5)} ms, p99 ${quantile(0.99)} ms, longest ${quantile(1)} ms`,
  );
  stop.abort();
  await ended;
} finally {
  stop.abort();
}

/** Six limits on every device, of which one in a thousand evaluations is beyond. */
function rulesText(): string {
  const rule = (name: string) => `
  d{n}/${name}:
    each: { n: "0..${devices - 1}" }
    title: "Device {n} ${name}"
    value: "E:D{n}"
    limits: { low: -3.3, high: 3.3 }
    stale: 60s
    acknowledge: false`;
  return `alarms:${['a', 'b', 'c', 'd', 'e', 'f'].map(rule).join('')}\n`;
}

async function tellReadings(tell: (body: Readings) => Promise<unknown>): Promise<number> {
  const messages = devices / PER_MESSAGE;
  const total = (Number(options.seconds) * READINGS_A_SECOND) / PER_MESSAGE;
  const began = Date.now();
  const telling: Promise<unknown>[] = [];
  for (let index = 0; index < total; index++) {
    await pause(Math.max(0, began + (index * 1000 * PER_MESSAGE) / READINGS_A_SECOND - Date.now()));
    telling.push(tell(readingsOf((index % messages) * PER_MESSAGE, index % messages)));
  }
  await Promise.all(telling);
  return total * PER_MESSAGE;
}

function readingsOf(first: number, trigger: number): Readings {
  const time = eventTimeFromMs(Date.now());
  return {
    source: 'bench',
    mode: 'callback',
    trigger: `T${trigger}`,
    inOut: 'in',
    time,
    devices: Array.from({ length: PER_MESSAGE }, (_, offset) => ({
      name: `E:D${first + offset}`,
      kind: 'float',
      units: '',
      status: 0,
      seconds: time.seconds,
      milliseconds: 0,
      values: [Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random())],
    })),
    problems: [],
  };
}
