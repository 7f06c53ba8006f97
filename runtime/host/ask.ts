import { SpillwayError } from '../../protocol/errors.ts';
import { HEADERS, type Hops } from '../../protocol/message.ts';
import type { Expected, Outgoing } from '../actor.ts';
import { pause } from './back-off.ts';
import type { Nats } from './nats.ts';
import { publish } from './publish.ts';
import { serverName } from './streams.ts';

const FIRST_LOOK_MS = 10;
const LAST_LOOK_MS = 1_000;

/**
 * Stores a question and waits until its answer is stored. An answer given to an earlier question of the same identity
 * is found too, so the answer's subject must belong to the question alone, or `is` must tell.
 *
 * What is heard on the subject only says when to look: JetStream may yet refuse what everybody has heard.
 *
 * @throws SpillwayError PUBLISH_FAILED when the question is not stored within the answer's time, NOT_ANSWERED when it
 *   is and the answer is not, MESSAGE_MALFORMED when the answer cannot be read.
 */
export async function ask<Body, Answer>(
  nats: Nats,
  question: Outgoing<Body>,
  hops: Hops,
  answer: Expected<Answer>,
  signal: AbortSignal,
): Promise<Answer> {
  const deadline = performance.now() + answer.timeoutMs;
  let heard = new AbortController();
  const subscription = nats.connection.subscribe(answer.subject, { callback: () => heard.abort() });
  try {
    await publish(nats, question, hops, { deadlineMs: answer.timeoutMs, signal });
    for (let waitMs = FIRST_LOOK_MS; ; waitMs = Math.min(waitMs * 2, LAST_LOOK_MS)) {
      const found = await look(nats, answer).catch(unlessMalformed);
      if (found !== undefined) return found;
      const left = deadline - performance.now();
      if (left <= 0 || signal.aborted) {
        throw new SpillwayError(
          'NOT_ANSWERED',
          `nothing under ${answer.subject} within ${answer.timeoutMs} ms; what was asked is stored`,
        );
      }
      await pause(Math.min(waitMs, left), AbortSignal.any([signal, heard.signal]));
      if (heard.signal.aborted) {
        waitMs = FIRST_LOOK_MS / 2;
        heard = new AbortController();
      }
    }
  } finally {
    subscription.unsubscribe();
  }
}

/** The last message under the answer's subject, if it is of the answer's type. */
async function look<Answer>(nats: Nats, answer: Expected<Answer>): Promise<Answer | undefined> {
  const { type, subject } = answer;
  // The leader: a copy that lags behind may answer a direct get, and would tell of an earlier answer, or of none.
  const found = await nats.jsm.streams.getMessage(serverName(nats.experiment, type.stream), {
    last_by_subj: subject,
  });
  if (found?.header.get(HEADERS.type) !== type.type) return undefined;
  const body = type.decode(found.data);
  return (answer.is?.(body) ?? true) ? body : undefined;
}

/** A server that is away for a moment is asked again. */
function unlessMalformed(thrown: unknown): undefined {
  if (thrown instanceof SpillwayError) throw thrown;
}
