import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pino } from 'pino';
import { alarmChange } from '../../../protocol/messages/alarm-change.ts';
import { type Readings, readings } from '../../../protocol/messages/readings.ts';
import { subjects } from '../../../protocol/subjects.ts';
import { eventTimeFromMs, eventTimeToMs } from '../../../protocol/time.ts';
import { startNatsServer } from '../../../runtime/embedded/nats/server.ts';
import { type Nats, openNats } from '../../../runtime/host/nats.ts';
import { publish } from '../../../runtime/host/publish.ts';
import { actor, allRunning, EXPERIMENT } from '../scene.ts';
import { DEVICES, Devices, deviceName, EVERY_MS, Journey, LIMIT, OUT_OF_REACH } from './load.ts';
import type { Side } from './side.ts';
import { webhook } from './webhook.ts';

const PER_MESSAGE = 100;
const MESSAGES = DEVICES / PER_MESSAGE;
/** Alarms are `d<device>/<rule>`. */
const RULES = ['a', 'b', 'c', 'd', 'e', 'f'];

/** Alarm engine and dispatcher as processes, fed by a stream that is synced at every message. */
export async function ours(directory: string, signal: AbortSignal): Promise<Side> {
  await using opening = new AsyncDisposableStack();
  const log = pino({ level: 'silent' });
  const server = opening.use(
    await startNatsServer({ storeDirectory: join(directory, 'nats'), syncInterval: 'always', log, signal }),
  );
  const nats = opening.use(
    await openNats(
      { servers: [server.url], experiment: EXPERIMENT, name: 'bench', replicas: 1 },
      log,
      signal,
    ),
  );
  const devices = new Devices();
  let journey = new Journey();
  const hook = opening.use(
    await webhook('alarm', (alarm, at) => journey.told(`D${/^d(\d+)\/a$/.exec(alarm)?.[1]}`, at)),
  );
  const rules = join(directory, 'alarms.yaml');
  await writeFile(rules, rulesText());
  // An address is a secret, and has a file.
  const address = join(directory, 'address');
  await writeFile(address, hook.url);
  const pids = await started(
    directory,
    nats,
    {
      'alarm-engine': { rules },
      'alarm-dispatcher': { channels: { log: { kind: 'webhook', url: { file: address }, perMinute: 6000 } } },
    },
    opening,
    signal,
  );
  const feeding = new Feed(nats, devices, (device, at) => journey.shown(device, at));
  const lags: number[] = [];
  const changes = nats.connection.subscribe(subjects.alarmChanges(EXPERIMENT), {
    callback: (_error, { data }) => {
      lags.push(Date.now() - eventTimeToMs(alarmChange.decode(data).at));
    },
  });
  const owned = opening.move();
  return {
    name: 'spillway',
    pids: [...pids.values()],
    evaluatorPid: pids.get('alarm-engine') ?? 0,
    devices,
    lags: () => lags.splice(0),
    begin: () => (journey = new Journey()),
    resume: () => feeding.start(),
    pause: () => feeding.stop(),
    async [Symbol.asyncDispose]() {
      await feeding.stop();
      changes.unsubscribe();
      await owned.disposeAsync();
    },
  };
}

const rulesText = (): string =>
  `alarms:${RULES.map(
    (rule, n) => `
  d{n}/${rule}:
    each: { n: "0..${DEVICES - 1}" }
    title: "Device {n} beyond limit ${rule}"
    value: "E:D{n}"
    limits: { hihi: ${n === 0 ? LIMIT : OUT_OF_REACH + n} }`,
  ).join('')}\n`;

/** Actors as processes, ended with `owned`; their pids by name once they run. */
async function started(
  directory: string,
  nats: Nats,
  actors: Readonly<Record<string, unknown>>,
  owned: AsyncDisposableStack,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, number>> {
  const config = join(directory, 'spillway.json');
  const common = {
    experiment: EXPERIMENT,
    dataDirectory: join(directory, 'data'),
    nats: { servers: [nats.connection.getServer()] },
    // Neither of them has anything to do with the store.
    store: { url: 'http://127.0.0.1:1' },
    log: { level: 'warn' },
  };
  await writeFile(config, JSON.stringify({ ...common, actors }));
  const names = Object.keys(actors);
  const running = allRunning(nats, names, signal);
  for (const name of names) owned.defer(actor(name, config));
  return running;
}

/** Publishes what the devices read, a hundred of them a message, each once a second. */
class Feed {
  readonly #nats: Nats;
  readonly #devices: Devices;
  readonly #shown: (device: string, at: number) => void;
  #running: { readonly stop: AbortController; readonly ended: Promise<void> } | undefined;

  constructor(nats: Nats, devices: Devices, shown: (device: string, at: number) => void) {
    this.#nats = nats;
    this.#devices = devices;
    this.#shown = shown;
  }

  start(): void {
    const stop = new AbortController();
    this.#running = { stop, ended: this.#run(stop.signal) };
  }

  async stop(): Promise<void> {
    this.#running?.stop.abort();
    await this.#running?.ended;
    this.#running = undefined;
  }

  async #run(signal: AbortSignal): Promise<void> {
    const began = Date.now();
    const telling = new Set<Promise<unknown>>();
    for (let index = 0; !signal.aborted; index++) {
      await pause(Math.max(0, began + (index * EVERY_MS) / MESSAGES - Date.now()));
      const body = this.#read(index % MESSAGES);
      const told = publish(this.#nats, { type: readings, body }, [], { deadlineMs: 10_000 }).finally(() =>
        telling.delete(told),
      );
      telling.add(told);
    }
    await Promise.all(telling);
  }

  #read(message: number): Readings {
    const now = Date.now();
    const time = eventTimeFromMs(now);
    return {
      source: 'bench',
      mode: 'callback',
      trigger: `T${message}`,
      inOut: 'in',
      time,
      devices: Array.from({ length: PER_MESSAGE }, (_, offset) => {
        const n = message * PER_MESSAGE + offset;
        const value = this.#devices.read(n);
        if (value > LIMIT) this.#shown(deviceName(n), now);
        return {
          name: `E:${deviceName(n)}`,
          kind: 'float' as const,
          units: '',
          status: 0,
          seconds: time.seconds,
          milliseconds: now % 1000,
          values: [value],
        };
      }),
      problems: [],
    };
  }
}
