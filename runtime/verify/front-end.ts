import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { z } from 'zod';
import { SpillwayError } from '../../protocol/errors.ts';
import { InOut } from '../../protocol/subjects.ts';
import { eventTimeToMs } from '../../protocol/time.ts';
import { type Seen, triggerKey } from './compare.ts';

/** A line of a front end's journal; a front end may tell more. */
const JournalLine = z.object({
  event: z.string(),
  inOut: z.enum(InOut),
  seconds: z.int(),
  nanoseconds: z.int(),
  accepted: z.boolean(),
  digest: z.string(),
});

/**
 * What the front end at `url` says it has triggered in the range, from its `/journal` (JSON lines).
 * @throws SpillwayError XMLRPC_HTTP when it does not answer.
 */
export async function triggered(url: string, fromMs: number, toMs: number): Promise<Seen[]> {
  const response = await fetch(new URL('/journal', url)).catch((cause: unknown) => {
    throw new SpillwayError('XMLRPC_HTTP', `the front end at ${url} does not answer`, { cause });
  });
  if (!response.ok) throw new SpillwayError('XMLRPC_HTTP', `${url}: journal: HTTP ${response.status}`);
  const seen: Seen[] = [];
  let number = 0;
  const body = response.body ? Readable.fromWeb(response.body) : Readable.from([]);
  for await (const line of createInterface({ input: body })) {
    number++;
    if (line === '') continue;
    const entry = JournalLine.parse(JSON.parse(line));
    const timeMs = eventTimeToMs(entry);
    if (timeMs < fromMs || timeMs > toMs) continue;
    const { event, inOut, accepted, digest } = entry;
    const where = `journal line ${number}${accepted ? '' : ', which says given up'}`;
    seen.push({ key: triggerKey(event, inOut, entry), digest, inOut, where });
  }
  return seen;
}
