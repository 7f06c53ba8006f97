import { AckPolicy, type ConsumerConfig, DeliverPolicy } from '@nats-io/jetstream';
import { nanos, nuid } from '@nats-io/transport-node';
import { type StreamName, subjects } from '../../protocol/subjects.ts';
import { MAX_BATCH } from '../actor.ts';

/** Unacknowledged messages in flight where nothing is known of their size: what bounds the reader's memory while an effect is away. */
export const IN_FLIGHT = 2_048;

/**
 * The same for a lane that takes batches: bytes, and three times the most messages, so that while one batch has its effect the
 * next one comes, and it shows whether more is behind that.
 */
const PREFETCH = { bytes: 64 * 1024 * 1024, fewest: 64, most: 3 * MAX_BATCH };

/** Longer than any effect takes in one try, so that the server never sends again what is still in hand. */
const ACK_WAIT_MS = 15 * 60_000;

/** A consumer that nobody reads any more, and that has no name to be deleted by, goes after this time. */
const FORGOTTEN_MS = 60_000;

/**
 * Messages in flight for a lane that takes batches.
 * @param meanBytes of a message of the stream; NaN where there is none yet
 * @param planned messages of the batch that comes again, whatever they are: all of them must come
 */
export function inFlightOf(meanBytes: number, planned: number): number {
  const fitting = Number.isNaN(meanBytes) ? IN_FLIGHT : Math.floor(PREFETCH.bytes / meanBytes);
  return Math.max(PREFETCH.fewest, planned, Math.min(fitting, PREFETCH.most));
}

/** What is read, and from where. */
export interface Reading {
  readonly stream: StreamName;
  /** Only messages of this subject. */
  readonly subject?: string | undefined;
  /** Messages that may be unacknowledged, other than `IN_FLIGHT`. */
  readonly inFlight?: number;
  /**
   * After a position (0 is before the first message) through a durable consumer of this name; or, leaving nothing
   * behind, from the last message of every subject or from now.
   */
  readonly from: { readonly durable: string; readonly after: number } | 'current' | 'now';
}

/** The consumer that reads it. */
export function consumerConfig(
  experiment: string,
  { stream, subject, inFlight = IN_FLIGHT, from }: Reading,
): Partial<ConsumerConfig> {
  if (typeof from === 'object') {
    return {
      durable_name: from.durable,
      // One acknowledgement covers all before it, which is what order means here.
      ack_policy: AckPolicy.All,
      ack_wait: nanos(ACK_WAIT_MS),
      max_ack_pending: inFlight,
      deliver_policy: DeliverPolicy.StartSequence,
      opt_start_seq: from.after + 1,
      inactive_threshold: 0,
      ...(subject === undefined ? {} : { filter_subject: subject }),
    };
  }
  return {
    // A name goes into the subject of the request, by which the server says who may make it.
    name: nuid.next(),
    ack_policy: AckPolicy.None,
    mem_storage: true,
    deliver_policy: from === 'current' ? DeliverPolicy.LastPerSubject : DeliverPolicy.New,
    inactive_threshold: nanos(FORGOTTEN_MS),
    // JetStream takes "last per subject" only with a filter.
    filter_subject: subject ?? subjects.ofStream(experiment, stream),
  };
}
