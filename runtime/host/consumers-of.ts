import type { ConsumerInfo } from '@nats-io/jetstream';
import type { StreamName } from '../../protocol/subjects.ts';
import type { ConsumerProgress } from '../actor.ts';
import { natsFailure } from './forbidden.ts';
import type { Nats } from './nats.ts';
import { serverName, streamNow } from './streams.ts';

/** Looks at the list until it is whole. */
const TRIES = 3;

/**
 * How far the durable consumers of a stream have come.
 * @throws SpillwayError NATS_AWAY when the stream or one of its consumers does not answer: an incomplete list would look as
 *   if nobody waited.
 */
export async function consumersOf(nats: Nats, stream: StreamName): Promise<readonly ConsumerProgress[]> {
  const { lastSequence } = await streamNow(nats, stream);
  try {
    const found = await allConsumers(nats, serverName(nats.experiment, stream));
    return found
      .filter(({ config }) => config.durable_name !== undefined)
      .map(info => progressOf(info, lastSequence));
  } catch (cause) {
    throw natsFailure('NATS_AWAY', `the consumers of ${stream} do not answer`, cause);
  }
}

async function allConsumers(nats: Nats, name: string): Promise<ConsumerInfo[]> {
  for (let left = TRIES; ; left--) {
    const { state } = await nats.jsm.streams.info(name);
    const found = await Array.fromAsync(nats.jsm.consumers.list(name));
    // In a cluster the list leaves out whoever does not answer; but one may also have gone in between.
    if (found.length >= state.consumer_count) return found;
    if (left === 1) throw new Error(`${found.length} of ${state.consumer_count}`);
  }
}

/**
 * How far one has come.
 * @param lastSequence of the stream, seen before the consumer was asked
 */
export function progressOf(info: ConsumerInfo, lastSequence: number): ConsumerProgress {
  const { name, config, num_pending, num_ack_pending, ack_floor } = info;
  const { filter_subject, filter_subjects = filter_subject ? [filter_subject] : [] } = config;
  // The floor of a consumer that takes some subjects stays at the last of those, whatever came behind it.
  const idle = num_pending === 0 && num_ack_pending === 0;
  return {
    name,
    subjects: filter_subjects,
    doneThrough: idle ? Math.max(lastSequence, ack_floor.stream_seq) : ack_floor.stream_seq,
    waiting: num_pending,
  };
}
