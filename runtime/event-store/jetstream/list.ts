import { AckPolicy, DeliverPolicy } from '@nats-io/jetstream';
import { nanos, nuid } from '@nats-io/transport-node';
import type { KeptBody } from '../event-store.ts';
import type { Bucket } from './bucket.ts';
import { type ObjectInfo, objectSubjects, readObjectInfo } from './object-info.ts';

/** An object as a list of all has it. */
export interface ListedObject extends KeptBody, ObjectInfo {}

const DEADLINE_MS = 30_000;

const AT_A_TIME = 1_000;

/** Longest wait for messages that are told to be there; they may have been removed meanwhile. */
const EXPIRES_MS = 1_000;

/** Every object of a bucket, oldest first. Throws rather than to leave one out. */
export async function list(
  { name: bucket, stream, js, jsm }: Bucket,
  signal: AbortSignal | undefined,
): Promise<ListedObject[]> {
  const until = performance.now() + DEADLINE_MS;
  let info = await jsm.consumers.add(stream, {
    // A name goes into the subject of the request, by which the server says who may make it.
    name: nuid.next(),
    filter_subject: objectSubjects.allMeta(bucket),
    deliver_policy: DeliverPolicy.All,
    ack_policy: AckPolicy.None,
    mem_storage: true,
    num_replicas: 1,
    inactive_threshold: nanos(DEADLINE_MS),
  });
  const consumer = js.consumers.getConsumerFromInfo(info);
  const found = new Map<string, ListedObject>();
  try {
    for (let received = 0; ; info = await consumer.info()) {
      signal?.throwIfAborted();
      if (info.delivered.consumer_seq > received) throw new Error('a part of the list was lost on its way');
      if (info.num_pending === 0) break;
      if (performance.now() > until) throw new Error(`the list did not come within ${DEADLINE_MS} ms`);
      const asked = { max_messages: Math.min(AT_A_TIME, info.num_pending), expires: EXPIRES_MS };
      for await (const message of await consumer.fetch(asked)) {
        received++;
        const object = readObjectInfo(message.data);
        if (object) found.set(message.subject, { ...object, storedAt: message.time.getTime() });
        else found.delete(message.subject);
      }
    }
  } finally {
    await consumer.delete().catch(() => false);
  }
  return [...found.values()].toSorted((one, other) => one.storedAt - other.storedAt);
}
