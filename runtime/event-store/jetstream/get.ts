import { createHash } from 'node:crypto';
import { SpillwayError } from '../../../protocol/errors.ts';
import type { StoredBody } from '../../../protocol/messages/raw-event.ts';
import { digestFrom } from '../digest.ts';
import { roomFor } from '../room.ts';
import type { Bucket } from './bucket.ts';
import { countChunks, find } from './find.ts';
import { type ObjectInfo, objectSubjects } from './object-info.ts';

/**
 * Gets a body into the caller's memory. Chunks are asked for one by one: there is never more than one on its way, however many
 * bodies a process gets at a time, and nothing of a consumer is left on the server.
 * @throws SpillwayError EVENT_BODY_GONE, EVENT_BODY_DAMAGED, EVENT_STORE_AWAY; whatever the client throws
 */
export async function get(
  bucket: Bucket,
  body: StoredBody,
  into: Uint8Array | undefined,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  const room = roomFor(body, into);
  const { object } = await find(bucket, body.name);
  if (!object) throw gone(body.name);
  if (object.digest !== body.digest || object.bytes !== body.bytes)
    throw damaged(body, `it is there with ${object.bytes} bytes, ${object.digest}`);
  const digest = await readChunks(bucket, object, room, signal);
  if (digest !== body.digest) throw damaged(body, `its chunks give ${digest}`);
  return room;
}

/** @returns the digest of what was read */
async function readChunks(
  bucket: Bucket,
  object: ObjectInfo,
  room: Uint8Array,
  signal: AbortSignal | undefined,
): Promise<StoredBody['digest']> {
  const subject = objectSubjects.chunks(bucket.name, object.nuid);
  const hash = createHash('sha256');
  let sequence = 0;
  let filled = 0;
  for (let read = 0; filled < room.length; read++) {
    signal?.throwIfAborted();
    if (read === object.chunks) throw damaged(object, `its chunks hold ${filled}`);
    const query = { seq: sequence + 1, next_by_subj: subject };
    const chunk = await bucket.jsm.direct.getMessage(bucket.stream, query);
    if (!chunk) throw await whyMissing(bucket, object, subject);
    if (filled + chunk.data.length > room.length) throw damaged(object, 'its chunks are longer');
    hash.update(chunk.data);
    room.set(chunk.data, filled);
    filled += chunk.data.length;
    sequence = chunk.seq;
  }
  return digestFrom(hash.digest());
}

/** Any replica may have answered that there is no chunk; the leader knows. */
async function whyMissing(bucket: Bucket, object: ObjectInfo, subject: string): Promise<SpillwayError> {
  const { object: now } = await find(bucket, object.name);
  if (now?.nuid !== object.nuid) return gone(object.name);
  const there = (await countChunks(bucket, subject)).get(subject) ?? 0;
  if (there < object.chunks) return damaged(object, `${there} of its ${object.chunks} chunks are there`);
  return new SpillwayError(
    'EVENT_STORE_AWAY',
    `a replica of ${bucket.name} does not have ${object.name} yet`,
  );
}

const gone = (name: string) => new SpillwayError('EVENT_BODY_GONE', `the event store has no ${name}`);

const damaged = ({ name, bytes, digest }: StoredBody, what: string) =>
  new SpillwayError(
    'EVENT_BODY_DAMAGED',
    `${name} is not the ${bytes} bytes, ${digest}, that were put: ${what}`,
  );
