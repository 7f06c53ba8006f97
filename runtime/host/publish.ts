import { JetStreamApiError } from '@nats-io/jetstream';
import { asSpillwayError, SpillwayError } from '../../protocol/errors.ts';
import type { Hops } from '../../protocol/message.ts';
import type { StreamName } from '../../protocol/subjects.ts';
import type { Milliseconds } from '../../protocol/time.ts';
import type { Outgoing, Published } from '../actor.ts';
import { type Cause, seal } from './envelope.ts';
import { forbidden, natsFailure } from './forbidden.ts';
import type { Nats } from './nats.ts';
import { firstFrom } from './streams.ts';

/** JetStream's API error numbers for "something was stored since"; the second while that is still on its way to the copies. */
const WRONG_LAST_SEQUENCE = new Set([10071, 10164]);

/** How long one try may wait for the server's word; a lost answer is found by the identity on the next try. */
const TRY_MS = 2_000;

/**
 * Stores a message and resolves once JetStream has it. A try that fails is repeated with the same identity until
 * the deadline, so a server that restarts meanwhile costs time and not the message. One of a `unique` type is stored only
 * where its subject has none: a second try finds the first, however long ago it was and whoever made it.
 *
 * @throws SpillwayError PUBLISH_FAILED after the deadline; MESSAGE_TOO_LARGE and NATS_FORBIDDEN at once.
 */
export async function publish(
  nats: Nats,
  outgoing: Outgoing,
  hops: Hops,
  options: { readonly deadlineMs: Milliseconds; readonly signal?: AbortSignal | undefined },
): Promise<Published> {
  const { subject, payload, headers } = seal(nats.experiment, outgoing, hops);
  checkSize(nats, payload, subject);
  const { stream, unique } = outgoing.type;
  const expect = unique ? { expect: { lastSubjectSequence: 0 } } : {};
  const until = performance.now() + options.deadlineMs;
  for (;;) {
    const timeout = Math.min(TRY_MS, Math.max(1, until - performance.now()));
    try {
      const ack = await nats.js.publish(subject, payload, { headers, timeout, ...expect });
      return { sequence: ack.seq, duplicate: ack.duplicate };
    } catch (cause) {
      const first = unique && isWrongLastSequence(cause) ? await stored(nats, stream, subject) : undefined;
      if (first !== undefined) return { sequence: first, duplicate: true };
      const refused = forbidden(cause);
      if (refused) throw refused;
      if (performance.now() + 100 >= until || options.signal?.aborted || nats.connection.isClosed()) {
        throw new SpillwayError('PUBLISH_FAILED', `${subject} not stored within ${options.deadlineMs} ms`, {
          cause,
        });
      }
      await new Promise(resolve => setTimeout(resolve, 100));
    }
  }
}

/** The first message of a subject; undefined where the server cannot tell now. */
const stored = (nats: Nats, stream: StreamName, subject: string): Promise<number | undefined> =>
  firstFrom(nats, stream, 1, subject).catch(() => undefined);

/** Outputs on their way together: of tens of thousands at once, the last would wait longer than a try may take. */
const AT_A_TIME = 2048;

/** What each output on its way before one may cost it: a sync of a disk that others use too. */
const EACH_MS = 5;

/** An output with what it was made from. */
export interface SealedOutput {
  readonly outgoing: Outgoing;
  readonly hops: Hops;
  readonly cause: Cause;
}

/**
 * Publishes outputs in order to a stream that has this one writer: each states the sequence it must follow, so
 * nothing can be stored twice or in between.
 *
 * @returns the stream's last sequence after them
 * @throws SpillwayError WRITER_CONFLICT or PUBLISH_FAILED; then some of them may be stored, which only reading the
 *   stream's last message can tell.
 */
export async function publishInOrder(
  nats: Nats,
  outputs: readonly SealedOutput[],
  lastSequence: number,
): Promise<number> {
  let last = lastSequence;
  for (let first = 0; first < outputs.length; first += AT_A_TIME)
    last = await publishTogether(nats, outputs.slice(first, first + AT_A_TIME), last);
  return last;
}

async function publishTogether(
  nats: Nats,
  outputs: readonly SealedOutput[],
  lastSequence: number,
): Promise<number> {
  const acks = outputs.map(({ outgoing, hops, cause }, index) => {
    const { subject, payload, headers } = seal(nats.experiment, outgoing, hops, cause);
    checkSize(nats, payload, subject);
    return nats.js.publish(subject, payload, {
      headers,
      timeout: TRY_MS + index * EACH_MS,
      expect: { lastSequence: lastSequence + index },
    });
  });
  const settled = await Promise.allSettled(acks);
  const failed = settled.find(result => result.status === 'rejected');
  if (failed) throw classify(failed.reason);
  const misplaced = settled.some(
    (result, index) => result.status === 'fulfilled' && result.value.seq !== lastSequence + index + 1,
  );
  if (misplaced) throw new SpillwayError('WRITER_CONFLICT', 'an output was in the stream already');
  return lastSequence + outputs.length;
}

const isWrongLastSequence = (thrown: unknown): boolean =>
  thrown instanceof JetStreamApiError && WRONG_LAST_SEQUENCE.has(thrown.code);

function classify(cause: unknown): SpillwayError {
  if (isWrongLastSequence(cause)) {
    return new SpillwayError('WRITER_CONFLICT', 'the output stream has another writer', { cause });
  }
  return natsFailure('PUBLISH_FAILED', asSpillwayError(cause).message, cause);
}

function checkSize(nats: Nats, payload: Uint8Array, subject: string): void {
  const limit = nats.connection.info?.max_payload ?? Number.POSITIVE_INFINITY;
  if (payload.length <= limit) return;
  throw new SpillwayError(
    'MESSAGE_TOO_LARGE',
    `${subject}: ${payload.length} bytes, the server takes at most ${limit}`,
  );
}
