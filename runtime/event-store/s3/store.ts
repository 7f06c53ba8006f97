import type { S3Config } from '../config.ts';
import type { EventStore } from '../event-store.ts';
import { S3Client, type S3Request } from './client.ts';
import { get } from './get.ts';
import { list } from './list.ts';
import { put } from './put.ts';

/** Requests on their way at once when much is removed. */
const AT_A_TIME = 8;

/**
 * Bodies in an S3 bucket, under `<prefix><experiment>/<name>`. The account needs GetObject, PutObject, DeleteObject, and
 * ListBucket, without which S3 does not tell what is missing from what is forbidden.
 */
export function s3EventStore(config: S3Config, experiment: string): EventStore & AsyncDisposable {
  const client = new S3Client(config);
  const prefix = `${config.prefix}${experiment}/`;
  const keyOf = (name: string): string => prefix + name;
  const removeOne = async (name: string, signal: AbortSignal | undefined): Promise<void> => {
    const request: S3Request = { method: 'DELETE', key: keyOf(name) };
    const answer = await client.send(request, signal);
    if (![200, 204, 404].includes(answer.statusCode)) throw await client.refused(request, answer);
    await answer.body.dump();
  };
  return {
    put: (name, body, signal) => put(client, keyOf(name), name, body, signal),
    get: (body, into, signal) => get(client, keyOf(body.name), body, into, signal),
    async remove(names, signal) {
      for (let first = 0; first < names.length; first += AT_A_TIME)
        await Promise.all(names.slice(first, first + AT_A_TIME).map(name => removeOne(name, signal)));
    },
    async usage() {
      const bodies = await list(client, prefix, undefined);
      return { bytes: bodies.reduce((sum, { bytes }) => sum + bytes, 0), maxBytes: null };
    },
    list: signal => list(client, prefix, signal),
    // An object of one request is there whole or not at all.
    sweep: async () => 0,
    [Symbol.asyncDispose]: () => client[Symbol.asyncDispose](),
  };
}
