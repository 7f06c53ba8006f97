import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type JetStreamClient, jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { pino } from 'pino';
import type { Milliseconds } from '../../protocol/time.ts';
import { type NatsServer, startNatsServer } from '../../runtime/embedded/nats/server.ts';
import { cuttableDisk } from './disk.ts';
import type { Cut } from './report.ts';

/** Of a message, bytes: an in-spill record of NuMI has about as many. */
const SIZE = 20_000;
const STREAM = 'POWER';

export interface Load {
  readonly syncInterval: 'always' | Milliseconds;
  /** How long messages flow before the power is cut. */
  readonly flowMs: Milliseconds;
  /** In flight at once. */
  readonly inFlight: number;
  /** From one message to the next of each of them; 0 as fast as they are acknowledged. */
  readonly everyMs: Milliseconds;
  /** Whether the stream was made long ago: the system has written back everything of its making. */
  readonly old: boolean;
}

/** Everything on this file system, as the system does by itself within half a minute. */
const writeBack = async (path: string): Promise<void> => {
  await promisify(execFile)('sync', ['--file-system', path]);
};

const start = (storeDirectory: string, syncInterval: Load['syncInterval']): Promise<NatsServer> =>
  startNatsServer({
    storeDirectory,
    syncInterval,
    name: 'power',
    log: pino({ level: 'silent' }),
    signal: new AbortController().signal,
  });

/** Publishes to a new stream on a disk of its own, cuts the power, and looks for what had been acknowledged by then. */
export async function cutJetStream(load: Load): Promise<Cut> {
  await using disk = await cuttableDisk(4096);
  const server = await start(disk.path, load.syncInterval);
  const flow = await flowing(server.url, load, () => (load.old ? writeBack(disk.path) : Promise.resolve()));
  await delay(load.flowMs);
  // What is acknowledged from here on may have been before the cut or after it.
  const acknowledged = flow.freeze();
  const cutAt = performance.now();
  await disk.cut();
  process.kill(server.pid, 'SIGKILL');
  await server.exited;
  await flow.stop();
  await disk.restore();
  await using again = await start(disk.path, load.syncInterval);
  const found = await stored(again.url);
  const lost = [...acknowledged].filter(([sequence, { digest }]) => found.get(sequence) !== digest);
  const oldest = Math.min(cutAt, ...lost.map(([, { at }]) => at));
  return {
    acknowledged: acknowledged.size,
    lost: lost.length,
    doubled: 0,
    oldestLost: (cutAt - oldest) / 1000,
  };
}

interface Acknowledged {
  readonly digest: string;
  readonly at: Milliseconds;
  readonly waitedMs: Milliseconds;
}

const digestOf = (bytes: Uint8Array): string => createHash('sha1').update(bytes).digest('base64');

/** Messages that flow until they are stopped, or until the server is gone. */
export async function flowing(
  url: string,
  { inFlight, everyMs }: Pick<Load, 'inFlight' | 'everyMs'>,
  made: () => Promise<void>,
) {
  const connection = await connect({ servers: url, reconnect: false });
  const manager = await jetstreamManager(connection);
  await manager.streams.add({ name: STREAM, subjects: ['power.>'], storage: 'file' });
  await made();
  const js = jetstream(connection);
  let acknowledged = new Map<number, Acknowledged>();
  const over = new AbortController();
  const lanes = Array.from({ length: inFlight }, (_, lane) =>
    publishAll(js, lane, everyMs, over.signal, (sequence, one) => acknowledged.set(sequence, one)),
  );
  return {
    /** What was acknowledged since the start or the last call, by sequence. */
    freeze(): ReadonlyMap<number, Acknowledged> {
      const until = acknowledged;
      acknowledged = new Map();
      return until;
    },
    async stop(): Promise<void> {
      over.abort();
      await connection.close();
      await Promise.all(lanes);
    },
  };
}

async function publishAll(
  js: JetStreamClient,
  lane: number,
  everyMs: Milliseconds,
  signal: AbortSignal,
  onStored: (sequence: number, one: Acknowledged) => void,
): Promise<void> {
  const bytes = new Uint8Array(SIZE).fill(lane);
  const counter = new DataView(bytes.buffer);
  try {
    for (let n = 0; !signal.aborted; n++) {
      counter.setUint32(0, n);
      const sentAt = performance.now();
      const { seq } = await js.publish(`power.${lane}`, bytes, { timeout: 60_000 });
      const at = performance.now();
      onStored(seq, { digest: digestOf(bytes), at, waitedMs: at - sentAt });
      if (everyMs > 0) await delay(everyMs, undefined, { signal });
    }
  } catch {
    // The power is gone, and the server with it.
  }
}

/** Digests of all there is, by sequence; nothing where the stream itself is gone. */
async function stored(url: string): Promise<ReadonlyMap<number, string>> {
  const connection = await connect({ servers: url });
  await using _close = { [Symbol.asyncDispose]: () => connection.close() };
  const manager = await jetstreamManager(connection);
  const found = new Map<number, string>();
  const info = await manager.streams.info(STREAM).catch(() => undefined);
  if (!info || info.state.messages === 0) return found;
  const consumer = await jetstream(connection).consumers.get(STREAM);
  for await (const message of await consumer.fetch({ max_messages: info.state.messages, expires: 30_000 }))
    found.set(message.seq, digestOf(message.data));
  return found;
}
