import type { KeptBody } from '../event-store.ts';
import type { S3Client, S3Request } from './client.ts';
import { readListPage } from './list-page.ts';

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
    const text = await answer.body
      .text()
      .catch((cause: unknown) => Promise.reject(client.away(request, cause)));
    const page = readListPage(text, prefix);
    if (!page) throw client.away(request, 'the answer is no list');
    found.push(...page.bodies);
    more = page.next === undefined ? undefined : { 'continuation-token': page.next };
  }
  return found.toSorted((one, other) => one.storedAt - other.storedAt);
}
