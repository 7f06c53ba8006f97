import { JetStreamApiError, JsHeaders } from '@nats-io/jetstream';
import { headers, nuid } from '@nats-io/transport-node';
import { SpillwayError } from '../../../protocol/errors.ts';
import type { StoredBody } from '../../../protocol/messages/raw-event.ts';
import { digestOf } from '../digest.ts';
import { type Bucket, isConflict } from './bucket.ts';
import { countChunks, find } from './find.ts';
import { nuidOf, type ObjectInfo, objectInfoJson, objectSubjects } from './object-info.ts';

/**
 * Chunks of 1 MiB, which every server takes without being told to. For 10.6 MB and `sync_interval: always`, 128 KiB take 52 ms
 * to put and 55 ms to get, 1 MiB 45 and 35, and 8 MiB no less.
 */
export const CHUNK_BYTES = 1024 * 1024;

/** Chunks on their way at once: enough to hide the way, and no more memory of the server than that. */
const AT_A_TIME = 8;

/**
 * Puts a body and resolves when every chunk and the message that describes them are acknowledged. Whoever dies in the middle
 * leaves chunks that nothing describes; the next put of the name and `sweep` find them.
 * @throws SpillwayError EVENT_BODY_CONFLICT, EVENT_STORE_AWAY; whatever the client throws
 */
export async function put(
  bucket: Bucket,
  name: string,
  body: Uint8Array,
  signal: AbortSignal | undefined,
): Promise<StoredBody> {
  const stored = { name, bytes: body.length, digest: digestOf(body) };
  const { object, revision } = await find(bucket, name);
  if (object) return sameOrConflict(object, stored);
  const chunks = Math.ceil(body.length / chunkBytes(bucket));
  const putting = { ...stored, nuid: nuidOf(name, nuid.next()), chunks };
  await putChunks(bucket, putting.nuid, body, signal);
  await describe(bucket, putting, revision);
  return stored;
}

const chunkBytes = ({ connection }: Bucket): number =>
  Math.min(CHUNK_BYTES, connection.info?.max_payload ?? CHUNK_BYTES);

function sameOrConflict(found: ObjectInfo, stored: StoredBody): StoredBody {
  if (found.digest === stored.digest) return stored;
  throw new SpillwayError(
    'EVENT_BODY_CONFLICT',
    `${stored.name} is there with ${found.bytes} bytes, ${found.digest}; other ${stored.bytes} bytes, ${stored.digest}, cannot have the name`,
  );
}

async function putChunks(
  bucket: Bucket,
  id: string,
  body: Uint8Array,
  signal: AbortSignal | undefined,
): Promise<void> {
  const subject = objectSubjects.chunks(bucket.name, id);
  const size = chunkBytes(bucket);
  const acks: Promise<number>[] = [];
  try {
    for (let first = 0; first < body.length; first += size) {
      await acks[acks.length - AT_A_TIME];
      signal?.throwIfAborted();
      const ack = bucket.js.publish(subject, body.subarray(first, first + size)).then(({ seq }) => seq);
      // Waited for below; until then a failure of one while another is waited for is nobody's.
      ack.catch(() => {});
      acks.push(ack);
    }
    const sequences = await Promise.all(acks);
    // A connection lost and found again in the middle may have let a later chunk overtake.
    if (sequences.some((sequence, index) => sequence <= (sequences[index - 1] ?? 0)))
      throw new SpillwayError('EVENT_STORE_AWAY', `chunks of ${id} were stored out of order`);
  } catch (thrown) {
    await Promise.allSettled(acks);
    await purge(bucket, subject).catch(() => {});
    throw thrown;
  }
}

/** Makes the chunks an object, unless somebody else was faster. */
async function describe(bucket: Bucket, object: ObjectInfo, revision: number): Promise<void> {
  const { js, name } = bucket;
  const header = headers();
  header.set(JsHeaders.RollupHdr, JsHeaders.RollupValueSubject);
  try {
    const json = objectInfoJson(name, object, chunkBytes(bucket), new Date());
    await js.publish(objectSubjects.meta(name, object.name), json, {
      headers: header,
      expect: { lastSubjectSequence: revision },
    });
  } catch (thrown) {
    // Without an answer it may be there all the same, or come late: then the chunks must stay.
    const refused = thrown instanceof JetStreamApiError;
    const { object: found } = await find(bucket, object.name);
    if (found?.nuid !== object.nuid) {
      if (refused) await purge(bucket, objectSubjects.chunks(name, object.nuid));
      if (!found || !isConflict(thrown)) throw thrown;
      sameOrConflict(found, object);
      return;
    }
  }
  await settle(bucket, object);
}

/**
 * From here on nobody else can describe chunks under this name, so that those that are not ours are left over from puts that
 * died; and ours are all there, unless a put took so long that it was swept.
 */
async function settle(bucket: Bucket, object: ObjectInfo): Promise<void> {
  const own = objectSubjects.chunks(bucket.name, object.nuid);
  const counts = await countChunks(bucket, objectSubjects.chunksOfName(bucket.name, object.name));
  if ((counts.get(own) ?? 0) !== object.chunks) {
    await purge(bucket, objectSubjects.meta(bucket.name, object.name));
    throw new SpillwayError('EVENT_STORE_AWAY', `chunks of ${object.name} were swept before it was whole`);
  }
  for (const subject of counts.keys()) if (subject !== own) await purge(bucket, subject);
}

const purge = ({ jsm, stream }: Bucket, subject: string): Promise<unknown> =>
  jsm.streams.purge(stream, { filter: subject });
