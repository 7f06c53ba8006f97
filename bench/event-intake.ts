/**
 * How fast are runs taken in, and what does a restart cost?
 *
 *     node bench/event-intake.ts [--events 60]
 *
 * One run of the simulated detector at full size, waveforms included, lies in a directory. An intake takes it into a real
 * nats-server that syncs every write, event store and streams on one disk: told are events and MB a second from the start to the
 * stored end of the run, processor time of the intake, and the latency of an event from its reading to its reference. Then a
 * second intake finds the run without its end, all its events kept: told is how long until it asks for more.
 */
import { mkdtemp, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { pino } from 'pino';
import { eventIntake } from '../actors/event-intake/actor.ts';
import { EventIntakeConfig } from '../actors/event-intake/config.ts';
import { campaign, DEFAULTS } from '../fixtures/midas/campaign.ts';
import { makeRun } from '../fixtures/midas/run.ts';
import type { Health } from '../protocol/messages/health.ts';
import { startNatsServer } from '../runtime/embedded/nats/server.ts';
import { jetStreamEventStore } from '../runtime/event-store/jetstream/store.ts';
import { runActor } from '../runtime/host/host.ts';
import { openNats } from '../runtime/host/nats.ts';

const { values: options } = parseArgs({ options: { events: { type: 'string', default: '60' } } });
const events = Number(options.events);
const DIFFERENT = 4;

const directory = await mkdtemp(join(tmpdir(), 'spillway-bench-'));
const [plan] = campaign({ ...DEFAULTS, pedestals: 0, events: DIFFERENT });
if (!plan) throw new Error('no run');
const made = [...makeRun(plan)].map(({ bytes }) => bytes);
const pictures = made.filter(bytes => bytes[0] === 1 && bytes[1] === 0);
const numbered = Array.from({ length: events }, (_, serial) => {
  const bytes = Buffer.from(pictures[serial % DIFFERENT] as Uint8Array);
  bytes.writeUInt32LE(serial, 4);
  return bytes;
});
const file = join(directory, 'run42901.mid');
const end = made.at(-1) as Uint8Array;
await writeFile(file, [made[0] as Uint8Array, ...numbered, end]);
const { size } = await stat(file);

const log = pino({ level: 'silent' });
const never = new AbortController().signal;
const server = await startNatsServer({
  port: 0,
  httpPort: 0,
  storeDirectory: join(directory, 'nats'),
  name: 'bench',
  log,
  signal: never,
});
const nats = await openNats(
  { servers: [server.url], experiment: 'bench', name: 'bench', replicas: 1 },
  log,
  never,
);
const eventStore = jetStreamEventStore(nats.connection, {
  name: 'bench_events',
  maxBytes: 16 * 1024 ** 3,
  replicas: 1,
});

/** Lives until the condition holds of its health; milliseconds until then, by the wall and by the processor. */
async function live(until: (health: Health) => boolean) {
  const config = EventIntakeConfig.parse({ site: 'lngs', detector: 'lime', source: { directory } });
  const stop = new AbortController();
  const [began, busy] = [performance.now(), process.cpuUsage()];
  let last: Health | undefined;
  await runActor(eventIntake, config, {
    nats,
    eventStore,
    dataDirectory: directory,
    store: { url: 'http://127.0.0.1:1', user: 'nobody', database: 'none' },
    instance: 'bench',
    version: '0',
    log,
    clock: Date.now,
    random: Math.random,
    signal: stop.signal,
    heartbeatMs: 20,
    drainMs: 1_000,
    onHealth(health) {
      last = health;
      if (until(health)) stop.abort();
    },
  });
  const { user, system } = process.cpuUsage(busy);
  return { ms: performance.now() - began, cpuMs: (user + system) / 1000, last };
}

const figure = ({ figures }: Health, name: string): number => figures?.[name] ?? 0;
const first = await live(health => figure(health, 'events') === events && figure(health, 'lagBytes') === 0);
const latency = first.last?.latencies?.['event_stored'];
console.log(
  `${events} events, ${(size / 1e6).toFixed(0)} MB: ${((events * 1000) / first.ms).toFixed(1)} events/s, ${(size / 1000 / first.ms).toFixed(0)} MB/s, ${(first.cpuMs / events).toFixed(1)} ms of processor each`,
);
console.log(`read to stored: ${JSON.stringify(latency)}`);

await truncate(file, size - end.byteLength);
await nats.jsm.streams.purge('BENCH_RUN', { filter: 'bench.run.end.>' });
const second = await live(health => figure(health, 'run') === 42_901 && figure(health, 'lagBytes') === 0);
console.log(`a restart behind them: ${second.ms.toFixed(0)} ms, ${second.cpuMs.toFixed(0)} ms of processor`);

await nats[Symbol.asyncDispose]();
await server[Symbol.asyncDispose]();
await rm(directory, { recursive: true });
