import type { KeptBody } from '../event-store.ts';
import type { S3Client, S3Request } from './client.ts';
import { readXml, textOf } from './xml.ts';

/** Every object below a prefix, oldest first; names are what follows the prefix. */
export async function list(
  client: S3Client,
  prefix: string,
  signal: AbortSignal | undefined,
): Promise<KeptBody[]> {
  const found: KeptBody[] = [];
  let more: Record<string, string> | undefined = {};
  while (more) {
    const request: S3Request = { method: 'GET', key: '', query: { 'list-type': '2', prefix, ...more } };
    const answer = await client.send(request, signal);
    if (answer.statusCode !== 200) throw await client.refused(request, answer);
    const page = readXml(
      await answer.body.text().catch((cause: unknown) => Promise.reject(client.away(request, cause))),
    );
    if (page?.name !== 'ListBucketResult') throw client.away(request, 'the answer is no list');
    for (const entry of page.children.filter(({ name }) => name === 'Contents'))
      found.push({
        name: textOf(entry, 'Key').slice(prefix.length),
        bytes: Number(textOf(entry, 'Size')),
        storedAt: Date.parse(textOf(entry, 'LastModified')),
      });
    const token = textOf(page, 'NextContinuationToken');
    more = token === '' ? undefined : { 'continuation-token': token };
  }
  return found.toSorted((one, other) => one.storedAt - other.storedAt);
}
