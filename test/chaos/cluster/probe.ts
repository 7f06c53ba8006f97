import { jetstream, jetstreamManager, StorageType } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { pause } from '../../../runtime/host/back-off.ts';
import type { BrokerNode } from '../broker.ts';

const STREAM = 'PROBE';
const EVERY_MS = 50;
const TIMEOUT_MS = 1_000;
const ATTEMPTS = 60;

/** What became of numbered messages that were stored through every server, each by a client that knows no other. */
export interface Probed {
  readonly sent: number;
  /** Those that the cluster confirmed. */
  readonly acknowledged: number;
  /** Confirmed, and not in the stream at the end. */
  readonly lost: number;
  /** In the stream more than once. */
  readonly doubled: number;
}

/**
 * A client at every server, the one that is cut off too, that stores numbers and writes down which were confirmed: whatever a
 * minority confirms and the majority does not know would be missing at the end.
 */
export class Probe implements AsyncDisposable {
  readonly #connections: readonly NatsConnection[];
  readonly #acknowledged = new Set<string>();
  readonly #ending = new AbortController();
  readonly #writing: Promise<void>[];
  #sent = 0;

  private constructor(connections: readonly NatsConnection[]) {
    this.#connections = connections;
    this.#writing = connections.map((connection, index) => this.#write(connection, index));
  }

  static async start(nodes: readonly BrokerNode[]): Promise<Probe> {
    const connections = await Promise.all(
      nodes.map(({ port, name }) =>
        connect({
          servers: [`nats://127.0.0.1:${port}`],
          name: `probe ${name}`,
          maxReconnectAttempts: -1,
          reconnectTimeWait: 250,
        }),
      ),
    );
    const [first] = connections;
    if (first) {
      const jsm = await jetstreamManager(first);
      await jsm.streams.add({
        name: STREAM,
        subjects: ['probe.>'],
        num_replicas: nodes.length,
        storage: StorageType.File,
      });
    }
    return new Probe(connections);
  }

  /** Ends the writing and counts. */
  async result(): Promise<Probed> {
    this.#ending.abort();
    await Promise.all(this.#writing);
    const found = await this.#patiently(connection => count(connection));
    return {
      sent: this.#sent,
      acknowledged: this.#acknowledged.size,
      lost: [...this.#acknowledged].filter(subject => !found.has(subject)).length,
      doubled: [...found.values()].filter(times => times > 1).length,
    };
  }

  /** A cluster that has just come together may still be electing. */
  async #patiently<T>(ask: (connection: NatsConnection) => Promise<T>): Promise<T> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await ask(this.#connections[attempt % this.#connections.length] as NatsConnection);
      } catch (thrown) {
        if (attempt === ATTEMPTS) throw thrown;
        await pause(1_000, new AbortController().signal);
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort();
    await Promise.all(this.#connections.map(connection => connection.close()));
  }

  /** Each number is tried until it is confirmed, under one identity, as the product does it. */
  async #write(connection: NatsConnection, index: number): Promise<void> {
    const js = jetstream(connection);
    const { signal } = this.#ending;
    for (let n = 0; !signal.aborted; n++) {
      const subject = `probe.${index}.${n}`;
      this.#sent++;
      while (!signal.aborted) {
        try {
          await js.publish(subject, '', { msgID: subject, timeout: TIMEOUT_MS });
          this.#acknowledged.add(subject);
          break;
        } catch {
          await pause(EVERY_MS, signal);
        }
      }
      await pause(EVERY_MS, signal);
    }
  }
}

/** How often each subject is in the stream. */
async function count(connection: NatsConnection): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  const consumer = await jetstream(connection).consumers.get(STREAM);
  let left = (await consumer.info()).num_pending;
  if (left === 0) return found;
  for await (const message of await consumer.consume()) {
    found.set(message.subject, (found.get(message.subject) ?? 0) + 1);
    if (--left === 0) break;
  }
  return found;
}
