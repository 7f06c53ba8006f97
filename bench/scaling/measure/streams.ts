import { headers } from '@nats-io/transport-node';
import { pino } from 'pino';
import { subjects } from '../../../protocol/subjects.ts';
import { type Nats, openNats } from '../../../runtime/host/nats.ts';
import { numiDevices, numiSpill } from '../../comparisons/numi.ts';
import { processUse } from './process-use.ts';
import { startServers } from './servers.ts';

/** Messages on their way to one stream at a time: more than it takes to keep it busy. */
const WINDOW = 64;
const WARM_UP_MS = 500;
const log = pino({ level: 'silent' });

export interface StreamsMeasured {
  readonly servers: number;
  readonly experiments: number;
  readonly messageBytes: number;
  /** Messages/s that were stored and acknowledged, all experiments together. */
  readonly perSecond: number;
  /** Processor time of all servers, a message. */
  readonly serverMs: number;
  /** Of the publisher, a message. */
  readonly publisherMs: number;
  /** Given to the disk by all servers, a message. */
  readonly writtenBytes: number;
}

/** A run of each size for so many experiments side by side: each has its prefix, its streams and a connection of its own. */
export async function* measureStreams(
  directory: string,
  servers: number,
  cases: readonly { readonly experiments: number; readonly bytes: number }[],
  forMs: number,
  signal: AbortSignal,
): AsyncGenerator<StreamsMeasured> {
  await using running = await startServers(servers, directory, log, signal);
  await using connections = new AsyncDisposableStack();
  const open: Nats[] = [];
  const pids = running.map(({ pid }) => pid);
  for (const { experiments, bytes } of cases) {
    while (open.length < experiments)
      open.push(connections.use(await experiment(`site${open.length + 1}`, running, signal)));
    const chosen = open.slice(0, experiments);
    const body = await bodyOf(bytes);
    await Promise.all(chosen.map(nats => publishFor(nats, body, WARM_UP_MS)));
    const before = pids.map(processUse);
    const own = process.cpuUsage();
    const began = performance.now();
    const counts = await Promise.all(chosen.map(nats => publishFor(nats, body, forMs)));
    const seconds = (performance.now() - began) / 1000;
    const { user, system } = process.cpuUsage(own);
    const messages = counts.reduce((sum, count) => sum + count, 0);
    const used = pids.map((pid, index) => {
      const [from, to] = [before[index], processUse(pid)];
      return {
        cpuMs: to.cpuMs - (from?.cpuMs ?? 0),
        writtenBytes: to.writtenBytes - (from?.writtenBytes ?? 0),
      };
    });
    const sum = (of: 'cpuMs' | 'writtenBytes') => used.reduce((total, one) => total + one[of], 0);
    yield {
      servers,
      experiments,
      messageBytes: body.length,
      perSecond: messages / seconds,
      serverMs: sum('cpuMs') / messages,
      publisherMs: (user + system) / 1000 / messages,
      writtenBytes: sum('writtenBytes') / messages,
    };
  }
}

const experiment = (
  name: string,
  servers: readonly { readonly url: string }[],
  signal: AbortSignal,
): Promise<Nats> =>
  openNats(
    { servers: servers.map(({ url }) => url), experiment: name, name: 'scaling', replicas: servers.length },
    log,
    signal,
  );

async function publishFor(
  { js, experiment: prefix }: Nats,
  body: Uint8Array,
  forMs: number,
): Promise<number> {
  const subject = subjects.readings(prefix, 'A9');
  const began = performance.now();
  let told = 0;
  const publisher = async () => {
    while (performance.now() - began < forMs) {
      const header = headers();
      header.set('Nats-Msg-Id', `${began}-${told++}`);
      await js.publish(subject, body, { headers: header, timeout: 20_000 });
    }
  };
  await Promise.all(Array.from({ length: WINDOW }, publisher));
  return told;
}

/** The readings of a spill of NuMI as JSON, over and over up to the size wanted. */
async function bodyOf(bytes: number): Promise<Uint8Array> {
  const { callback } = numiSpill(await numiDevices(), 0);
  const text = JSON.stringify(callback);
  return Buffer.from(text.repeat(Math.ceil(bytes / text.length)).slice(0, bytes));
}
