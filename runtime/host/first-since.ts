import { AckPolicy, DeliverPolicy } from '@nats-io/jetstream';
import { nanos, nuid } from '@nats-io/transport-node';
import type { StreamName } from '../../protocol/subjects.ts';
import type { Milliseconds } from '../../protocol/time.ts';
import type { Nats } from './nats.ts';
import { serverName } from './streams.ts';

const FORGOTTEN_MS = 5_000;

/**
 * The first sequence stored at a time or later; the next one to come where there is none.
 *
 * For a reader that begins there: one that begins at a time cannot be made anew by the client when its server goes away, because
 * it then states a sequence and the time, which JetStream refuses, and the client tries again for ever.
 */
export async function firstSince(nats: Nats, name: StreamName, time: Milliseconds): Promise<number> {
  const stream = serverName(nats.experiment, name);
  const { name: consumer, delivered } = await nats.jsm.consumers.add(stream, {
    name: nuid.next(),
    ack_policy: AckPolicy.None,
    mem_storage: true,
    inactive_threshold: nanos(FORGOTTEN_MS),
    deliver_policy: DeliverPolicy.StartTime,
    opt_start_time: new Date(time).toISOString(),
  });
  await nats.jsm.consumers.delete(stream, consumer).catch(() => false);
  return delivered.stream_seq + 1;
}
