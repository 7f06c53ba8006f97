import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { serverName } from '../../../runtime/host/streams.ts';
import { rowsOf } from '../../../runtime/store/connection.ts';
import { freePort } from '../../../runtime/up/ports.ts';
import { until } from '../../../test/helpers/until.ts';
import { callbacks } from '../../comparisons/listener/callbacks.ts';
import { load } from '../../comparisons/listener/load.ts';
import { beamChain, DEVICES, EXPERIMENT, type Scene, scene } from '../../comparisons/scene.ts';
import { type ProcessUse, processUse, usedBetween } from './process-use.ts';

const ROOT = join(import.meta.dirname, '../../..');
/** Until what is compiled is compiled, and the first parts of the store are merged. */
const WARM_UP_MS = 5_000;
const IDLE_MS = 4_000;

export interface ChainMeasured {
  /** In-spill callbacks of NuMI: 60 devices, 1,721 values. */
  readonly callbacks: number;
  /** From the first callback until the last one's rows were in the store. */
  readonly perSecond: number;
  /** For these callbacks, by actor, and `nats-server` and `store`: beyond what they use when nothing comes. */
  readonly used: Readonly<Record<string, ProcessUse>>;
  /** Processor time of the front end that tells them, which shares the cores, a callback. */
  readonly frontMs: number;
  /** Processor time a second when nothing comes. */
  readonly idleMs: Readonly<Record<string, number>>;
  /** Body, subject and headers of all messages that were stored meanwhile, by stream, and how many. */
  readonly streams: Readonly<Record<string, { readonly messages: number; readonly bytes: number }>>;
  /** Cores that all of it had, front end included: fewer than there are where it waited, or others were at work. */
  readonly cores: number;
  /** Streams and durable consumers that there are. */
  readonly assets: number;
}

/**
 * Everything that an experiment with a beam runs, on this machine, as fast as callbacks are accepted over eight connections; and
 * what each process used for it.
 */
export async function measureChain(
  directory: string,
  forMs: number,
  signal: AbortSignal,
): Promise<ChainMeasured> {
  await using stack = new AsyncDisposableStack();
  const world = stack.use(await scene(directory, signal));
  const [listen, daemon, page] = [await freePort(0), await freePort(0), await freePort(0)];
  const actors = await world.run({
    ...beamChain(listen, daemon),
    auditor: {},
    'alarm-engine': { rules: join(ROOT, 'alarms'), devices: DEVICES },
    'alarm-dispatcher': {},
    gateway: { listen: { port: page }, anonymous: 'viewer' },
  });
  const pids = { ...Object.fromEntries(actors), 'nats-server': world.nats.pid, store: world.engine.pid };
  const front = stack.use(load(`http://127.0.0.1:${listen}/RPC2`, await callbacks()));
  await front.run(WARM_UP_MS);
  await allStored(world);

  const idleFrom = looks(pids);
  await pause(IDLE_MS, undefined, { signal });
  const [before, streamsBefore] = [looks(pids), await streamsOf(world)];
  const own = process.cpuUsage();
  const began = performance.now();
  await front.run(forMs);
  const { user, system } = process.cpuUsage(own);
  await allStored(world);
  const seconds = (performance.now() - began) / 1000;
  const [after, streamsAfter] = [looks(pids), await streamsOf(world)];
  const idleMs = mapOf(idleFrom, (use, name) => (1000 * usedBetween(use, at(before, name)).cpuMs) / IDLE_MS);
  const streams = mapOf(streamsAfter, ({ messages, bytes }, name) => {
    const had = at(streamsBefore, name);
    return { messages: messages - had.messages, bytes: bytes - had.bytes };
  });
  const told = streams['BEAM']?.messages ?? 0;
  const all = Object.keys(pids).reduce(
    (sum, name) => sum + usedBetween(at(before, name), at(after, name)).cpuMs,
    0,
  );
  return {
    callbacks: told,
    cores: (all + (user + system) / 1000) / 1000 / seconds,
    perSecond: told / seconds,
    frontMs: (user + system) / 1000 / told,
    idleMs,
    used: mapOf(before, (from, name) => {
      const use = usedBetween(from, at(after, name));
      return { ...use, cpuMs: use.cpuMs - seconds * at(idleMs, name) };
    }),
    streams,
    assets: await assetsOf(world),
  };
}

async function assetsOf({ connection: { jsm } }: Scene): Promise<number> {
  let assets = 0;
  for await (const { state } of jsm.streams.list()) assets += 1 + state.consumer_count;
  return assets;
}

function mapOf<T, U>(
  record: Readonly<Record<string, T>>,
  to: (value: T, name: string) => U,
): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, to(value, name)]));
}

function at<T>(record: Readonly<Record<string, T>>, name: string): T {
  const found = record[name];
  if (found === undefined) throw new Error(`nobody is called ${name}`);
  return found;
}

const looks = (pids: Readonly<Record<string, number>>): Record<string, ProcessUse> => mapOf(pids, processUse);

async function streamsOf({
  connection: { jsm },
}: Scene): Promise<Record<string, { messages: number; bytes: number }>> {
  const all: Record<string, { messages: number; bytes: number }> = {};
  for await (const { config, state } of jsm.streams.list()) {
    const name = config.name.replace(`${EXPERIMENT.toUpperCase()}_`, '');
    all[name] = { messages: state.messages, bytes: state.bytes };
  }
  return all;
}

/** Resolves when every row of every callback so far, and of its record, is in the store. */
async function allStored({ connection: { jsm }, store }: Scene): Promise<void> {
  const last = (await jsm.streams.info(serverName(EXPERIMENT, 'BEAM'))).state.last_seq;
  const query = `SELECT least(maxIf(last, stream LIKE 'BEAM@%'), maxIf(last, stream LIKE 'SPILL@%')) AS n FROM deliveries`;
  await until(
    async () => ((await rowsOf<{ n: number }>(store, query, 'what is stored'))[0]?.n ?? 0) >= last,
    {
      what: 'the store',
      timeoutMs: 120_000,
    },
  );
}
