import { DeliverPolicy } from '@nats-io/jetstream';
import type { KeptBody } from '../event-store.ts';
import type { Bucket } from './bucket.ts';
import { type ObjectInfo, objectSubjects, readObjectInfo } from './object-info.ts';

/** An object as a list of all has it. */
export interface ListedObject extends KeptBody, ObjectInfo {}

/** What has not come within this time will not come: the consumer's own retries would go on for ever. */
const DEADLINE_MS = 30_000;

const AT_A_TIME = 500;

/** Every object of a bucket, oldest first. */
export async function list(
  { name: bucket, stream, js }: Bucket,
  signal: AbortSignal | undefined,
): Promise<ListedObject[]> {
  const late = AbortSignal.any([AbortSignal.timeout(DEADLINE_MS), ...(signal ? [signal] : [])]);
  const consumer = await js.consumers.get(stream, {
    filter_subjects: objectSubjects.allMeta(bucket),
    deliver_policy: DeliverPolicy.LastPerSubject,
  });
  const found = new Map<string, ListedObject>();
  // Asked before anything is consumed: where nothing is, nothing would ever come.
  if ((await consumer.info()).num_pending === 0) return [];
  const messages = await consumer.consume({ max_messages: AT_A_TIME });
  const close = () => void messages.close();
  late.addEventListener('abort', close, { once: true });
  try {
    for await (const message of messages) {
      const object = readObjectInfo(message.data);
      if (object) found.set(object.name, { ...object, storedAt: message.time.getTime() });
      if (message.info.pending === 0) return [...found.values()].toSorted((a, b) => a.storedAt - b.storedAt);
    }
  } finally {
    late.removeEventListener('abort', close);
    await messages.close();
    await consumer.delete().catch(() => false);
  }
  signal?.throwIfAborted();
  throw new Error(`no more of the list came within ${DEADLINE_MS} ms`);
}
