import { SpillwayError } from '../../../protocol/errors.ts';
import type { StoredBody } from '../../../protocol/messages/raw-event.ts';
import { digestOf, sha256In } from '../digest.ts';
import type { S3Answer, S3Client, S3Request } from './client.ts';

/** Where our digest is kept with an object, in hexadecimal. */
export const DIGEST_HEADER = 'x-amz-meta-sha256';

/**
 * Puts a body, unless there is one under its name. One request holds all of it: it is there whole or not at all.
 * @throws SpillwayError EVENT_BODY_CONFLICT, EVENT_STORE_FULL, EVENT_STORE_AWAY
 */
export async function put(
  client: S3Client,
  key: string,
  name: string,
  body: Uint8Array,
  signal: AbortSignal | undefined,
): Promise<StoredBody> {
  const stored = { name, bytes: body.length, digest: digestOf(body) };
  if (await isThere(client, key, stored, signal)) return stored;
  const answer = await sendBody(client, key, body, sha256In(stored.digest), signal);
  if (answer.statusCode === 200) {
    await answer.body.dump();
    return stored;
  }
  const error = await client.refused({ method: 'PUT', key }, answer);
  if (answer.statusCode === 412 && (await isThere(client, key, stored, signal))) return stored;
  throw error;
}

async function sendBody(
  client: S3Client,
  key: string,
  body: Uint8Array,
  sha256: Buffer,
  signal: AbortSignal | undefined,
): Promise<S3Answer> {
  const hex = sha256.toString('hex');
  const answer = await client.send(
    {
      method: 'PUT',
      key,
      headers: {
        'content-type': 'application/octet-stream',
        'x-amz-checksum-sha256': sha256.toString('base64'),
        [DIGEST_HEADER]: hex,
        // A second writer that saw nothing either must not replace what the first one has put.
        ...(client.conditional ? { 'if-none-match': '*' } : {}),
      },
      body: { bytes: body, sha256: hex },
    },
    signal,
  );
  if (answer.statusCode !== 501 || !client.conditional) return answer;
  await answer.body.dump();
  client.conditional = false;
  return sendBody(client, key, body, sha256, signal);
}

/** Whether just this body is there. @throws SpillwayError EVENT_BODY_CONFLICT when another one is. */
async function isThere(
  client: S3Client,
  key: string,
  { name, bytes, digest }: StoredBody,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const request: S3Request = { method: 'HEAD', key };
  const answer = await client.send(request, signal);
  const { statusCode, headers } = answer;
  if (statusCode !== 200 && statusCode !== 404) throw await client.refused(request, answer);
  await answer.body.dump();
  if (statusCode === 404) return false;
  const found = headers[DIGEST_HEADER];
  if (found === sha256In(digest).toString('hex')) return true;
  throw new SpillwayError(
    'EVENT_BODY_CONFLICT',
    `${name} is there with ${String(headers['content-length'])} bytes, SHA-256 ${String(found ?? 'unknown')}; other ${bytes} bytes, ${digest}, cannot have the name`,
  );
}
