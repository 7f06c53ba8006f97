import { z } from 'zod';
import { Readings, readings } from '../../protocol/messages/readings.ts';
import type { InOut } from '../../protocol/subjects.ts';
import { eventTimeToMs, type Milliseconds } from '../../protocol/time.ts';

/** What readings say of themselves, without their values. */
export interface ReadingsHead {
  readonly source: string;
  readonly trigger: string;
  readonly inOut: InOut;
  readonly at: Milliseconds;
  /** As the front end numbered it, where it does. */
  readonly number: { readonly registration: string; readonly number: number } | null;
}

const Head = Readings.pick({ source: true, trigger: true, inOut: true, time: true, callback: true }).extend({
  mode: z.unknown(),
  problems: z.unknown(),
});

/** Where the values begin, as `readings` writes them: last. No text of JSON can hold it, for its quotes would be escaped. */
const DEVICES = Buffer.from(',"devices":[');

/**
 * A tenth of a message, and all that is needed: the values, nine tenths, are not parsed unless somebody wrote them first.
 * @throws SpillwayError MESSAGE_MALFORMED
 */
export function readHead(bytes: Uint8Array): ReadingsHead {
  const { source, trigger, inOut, time, callback } = shortcut(bytes) ?? readings.decode(bytes);
  return { source, trigger, inOut, at: eventTimeToMs(time), number: callback ?? null };
}

function shortcut(bytes: Uint8Array): z.infer<typeof Head> | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = buffer.indexOf(DEVICES);
  if (end < 0) return undefined;
  try {
    return Head.safeParse(JSON.parse(`${buffer.toString('utf8', 0, end)}}`)).data;
  } catch {
    return undefined;
  }
}
