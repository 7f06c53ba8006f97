import { createHash } from 'node:crypto';
import { SpillwayError } from '../../../protocol/errors.ts';
import type { StoredBody } from '../../../protocol/messages/raw-event.ts';
import { digestFrom } from '../digest.ts';
import { roomFor } from '../room.ts';
import type { S3Client, S3Request } from './client.ts';

/**
 * Gets a body into the caller's memory.
 * @throws SpillwayError EVENT_BODY_GONE, EVENT_BODY_DAMAGED, EVENT_STORE_AWAY
 */
export async function get(
  client: S3Client,
  key: string,
  body: StoredBody,
  into: Uint8Array | undefined,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  const room = roomFor(body, into);
  const request: S3Request = { method: 'GET', key };
  const answer = await client.send(request, signal);
  if (answer.statusCode !== 200) {
    const error = await client.refused(request, answer);
    // A bucket that is not there is a mistake in the configuration, and says nothing of what was put.
    if (answer.statusCode !== 404 || error.message.includes('NoSuchBucket')) throw error;
    throw new SpillwayError('EVENT_BODY_GONE', `the event store has no ${body.name}`);
  }
  const hash = createHash('sha256');
  let filled = 0;
  try {
    for await (const part of answer.body as AsyncIterable<Buffer>) {
      if (filled + part.length > room.length) throw damaged(body, 'it is longer');
      hash.update(part);
      room.set(part, filled);
      filled += part.length;
    }
  } catch (thrown) {
    if (signal?.aborted || thrown instanceof SpillwayError) throw thrown;
    throw client.away(request, thrown);
  }
  const digest = digestFrom(hash.digest());
  if (digest !== body.digest) throw damaged(body, `it has ${filled} bytes, ${digest}`);
  return room;
}

const damaged = ({ name, bytes, digest }: StoredBody, what: string) =>
  new SpillwayError(
    'EVENT_BODY_DAMAGED',
    `${name} is not the ${bytes} bytes, ${digest}, that were put: ${what}`,
  );
