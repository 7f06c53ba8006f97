import { DeliverPolicy } from '@nats-io/jetstream';
import { type DeadLetter, readDeadLetter } from '../../protocol/messages/dead-letter.ts';
import type { Milliseconds } from '../../protocol/time.ts';
import { firstSince } from './first-since.ts';
import type { Nats } from './nats.ts';
import { readOnce } from './read-once.ts';

/**
 * What was put aside since a time and is still there, oldest first. A letter is stored before its message counts as done, so
 * whoever asks how far the consumers are, and then this, misses none.
 * @throws SpillwayError NATS_AWAY
 */
export async function lettersSince(nats: Nats, since: Milliseconds): Promise<DeadLetter[]> {
  const which = {
    deliver_policy: DeliverPolicy.StartSequence,
    opt_start_seq: await firstSince(nats, 'DEAD', since),
    headers_only: true,
  };
  const letters: DeadLetter[] = [];
  for await (const { headers } of readOnce(nats, 'DEAD', which))
    if (headers) letters.push(readDeadLetter(headers));
  return letters;
}
