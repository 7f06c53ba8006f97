/**
 * How many events a second does a sentinel reconstruct, and where does the time go?
 *
 *     node bench/sentinel/throughput.ts [--workers 1,2] [--events 60] [--sync 1000]
 *
 * The whole way on this machine: events of a simulated LIME, pictures of 2304 x 2304 and waveforms of both boards, lie in the event
 * store of a real nats-server and their references in a stream; the actor runs in this process with so many worker threads and
 * publishes what it finds. Events a second is from the first result to the last. `processor` is milliseconds of processor time of
 * this process, all threads and its start included, per event: what other work on the machine weighs little on. The others are medians
 * over all events by the clock. `queue` is waiting for a thread; `fetch`, its digest included, and `publish` are the main thread's.
 * nats-server shares the cores.
 */
import { loadavg } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { pino } from 'pino';
import { makePedestals } from '../../actors/pedestal-maker/make-pedestals.ts';
import { sentinel } from '../../actors/sentinel/actor.ts';
import { SentinelConfig } from '../../actors/sentinel/config.ts';
import { campaign, DEFAULTS } from '../../fixtures/midas/campaign.ts';
import { makeRun } from '../../fixtures/midas/run.ts';
import type { Health } from '../../protocol/messages/health.ts';
import { pedestal } from '../../protocol/messages/pedestal.ts';
import { type RawEvent, rawEvent } from '../../protocol/messages/raw-event.ts';
import { openEventStore } from '../../runtime/event-store/open.ts';
import { runActor } from '../../runtime/host/host.ts';
import { type Nats, openNats } from '../../runtime/host/nats.ts';
import { publish } from '../../runtime/host/publish.ts';
import { serverName } from '../../runtime/host/streams.ts';
import { pedestalRunEnd, storedEvent } from '../../test/helpers/camera-events.ts';
import { natsServer } from '../../test/helpers/nats.ts';

const { values: options } = parseArgs({
  options: {
    workers: { type: 'string', default: '1,2' },
    events: { type: 'string', default: '60' },
    sync: { type: 'string', default: '1000' },
  },
});
const EVENTS = Number(options.events);
const PEDESTALS = 10;
const DIFFERENT = 6;
const STORE_BYTES = 4 * 2 ** 30;
const log = pino({ level: 'warn' });
const print = (line: string): void => void process.stdout.write(`${line}\n`);

const [dark = [], data = []] = campaign({ ...DEFAULTS, pedestals: PEDESTALS, events: DIFFERENT }).map(plan =>
  [...makeRun(plan)].filter(({ truth, bytes }) => truth !== null && bytes[0] === 1 && bytes[1] === 0),
);

/** The same event under another serial: other bytes for the store. */
function renumbered(bytes: Uint8Array, serial: number): Uint8Array {
  const own = Uint8Array.from(bytes);
  new DataView(own.buffer).setUint32(4, serial, true);
  return own;
}

/** Everything in the streams that a sentinel needs. */
async function take(nats: Nats): Promise<void> {
  const store = await openEventStore({ kind: 'jetstream', maxBytes: STORE_BYTES }, nats, 1);
  const events: RawEvent[] = [];
  const runOf = { pedestal: true, highVoltage: false };
  for (const [serial, { bytes }] of dark.entries())
    events.push(await storedEvent(store, bytes, { run: 4, serial, runOf }));
  const made = await makePedestals(pedestalRunEnd(events), events, {
    eventStore: store,
    equipment: 'Trigger',
    maxPictures: PEDESTALS,
    at: { seconds: 1, nanoseconds: 0 },
    signal: new AbortController().signal,
  });
  for (const body of made) await publish(nats, { type: pedestal, body }, [], { deadlineMs: 30_000 });
  for (let serial = 0; serial < EVENTS; serial++) {
    const { bytes } = data[serial % data.length] as (typeof data)[number];
    const body = await storedEvent(store, renumbered(bytes, serial), { serial });
    await publish(nats, { type: rawEvent, body }, [], { deadlineMs: 30_000 });
  }
}

/** Runs the actor over events on a server of its own. */
async function measure(workers: number): Promise<void> {
  await using server = await natsServer({
    syncInterval: options.sync === 'always' ? 'always' : Number(options.sync),
  });
  const stop = new AbortController();
  const open = () =>
    openNats({ servers: [server.url], experiment: 'bench', name: 'bench', replicas: 1 }, log, stop.signal);
  await using nats = await open();
  await using own = await open();
  await take(own);
  const config = SentinelConfig.parse({
    workers,
    displayInterval: 'never',
    profile: { from: 'lngs-2023', name: 'bench', pedestal: { minEvents: PEDESTALS } },
  });
  let health: Health | undefined;
  const before = process.cpuUsage();
  const ended = runActor(sentinel, config, {
    nats,
    dataDirectory: '/nowhere',
    store: { url: 'http://127.0.0.1:1', user: 'nobody', database: 'none' },
    eventStore: await openEventStore({ kind: 'jetstream', maxBytes: STORE_BYTES }, nats, 1),
    instance: 'bench',
    version: '0',
    log,
    clock: Date.now,
    random: Math.random,
    signal: stop.signal,
    heartbeatMs: 1000,
    drainMs: 5000,
    onHealth: body => (health = body),
  });
  const results = async () => (await own.jsm.streams.info(serverName('bench', 'RECO'))).state;
  while ((await results()).messages < EVENTS) await pause(100);
  const { first_ts, last_ts, bytes } = await results();
  const { user, system } = process.cpuUsage(before);
  stop.abort();
  await ended;
  const seconds = (Date.parse(last_ts) - Date.parse(first_ts)) / 1000;
  const p50 = (name: string) => (health?.latencies[name]?.p50 ?? Number.NaN).toFixed(1).padStart(12);
  print(
    `${String(workers).padStart(7)}${((EVENTS - 1) / seconds).toFixed(1).padStart(10)}${((user + system) / 1000 / EVENTS).toFixed(1).padStart(11)}${STEPS.map(p50).join('')}   ${Math.round(bytes / EVENTS)} bytes a result`,
  );
}

const STEPS = ['event', 'fetch', 'queue', 'decode', 'reconstruct', 'waveforms', 'publish'];
const size = data.reduce((sum, { bytes }) => sum + bytes.length, 0) / data.length;
print(`${EVENTS} events of ${(size / 1e6).toFixed(1)} MB on average; load ${loadavg()[0]?.toFixed(1)}`);
print(`workers  events/s  processor${STEPS.map(name => name.padStart(12)).join('')}`);
for (const workers of options.workers.split(',').map(Number)) await measure(workers);
