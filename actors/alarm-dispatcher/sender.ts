import { asSpillwayError, SpillwayError } from '../../protocol/errors.ts';
import { type Notice, type NoticeOutcome, noticeOutcome } from '../../protocol/messages/notice.ts';
import { eventTimeFromMs, eventTimeToMs, type Milliseconds } from '../../protocol/time.ts';
import type { ActorContext, Batch } from '../../runtime/actor.ts';
import { backOffMs, pause } from '../../runtime/host/back-off.ts';
import { redact } from '../../runtime/log.ts';
import type { Channel } from './channels/channel.ts';

/** Tries before the host takes over, which brings the notice again for as long as it takes. */
const TRIES = 4;
const RETRY = { firstMs: 500, maxMs: 8_000 };

/** That a notice is being tried again is told the first time and then so often: far more often than the fold gives up on it. */
const TELL_FAILING_MS = 5 * 60_000;

/** Longest that a channel may take over one notice, its own waiting for its rate included. */
const SEND_MS = 3 * 60_000;

/** Sends the notices of one channel, one after the other, and tells what became of each. */
export class ChannelSender {
  readonly #channel: Channel;
  readonly #context: ActorContext;
  readonly #sendMs: Milliseconds;
  /** The notice in hand: tries so far, and when it was last told that it fails. */
  #tried = { number: 0, attempts: 0, toldAt: Number.NEGATIVE_INFINITY };
  /** What became of the notice in hand, while JetStream does not have it: the channel must not be given it again. */
  #settled: NoticeOutcome | undefined;

  constructor(channel: Channel, context: ActorContext, sendMs: Milliseconds = SEND_MS) {
    this.#channel = channel;
    this.#context = context;
    this.#sendMs = sendMs;
  }

  /** @throws SpillwayError what the channel last said, to be given the same notice again. */
  async deliver({ messages, again, afterRefusal }: Batch<Notice>): Promise<void> {
    for (const { body } of messages) await this.#send(body, again || afterRefusal);
  }

  async #send(notice: Notice, again: boolean): Promise<void> {
    const { signal, random } = this.#context;
    if (this.#settled?.number === notice.number) return this.#publish(this.#settled);
    if (this.#tried.number !== notice.number) {
      this.#tried = { number: notice.number, attempts: 0, toldAt: Number.NEGATIVE_INFINITY };
    }
    for (let attempt = 1; ; attempt++) {
      this.#tried.attempts++;
      const error = await this.#try(notice, again);
      if (!error) return;
      await this.#tellFailing(notice, error);
      if (attempt >= TRIES) throw error;
      await pause(backOffMs(RETRY, attempt, random), signal);
      signal.throwIfAborted();
    }
  }

  /** @returns the error to try again after; undefined when the matter is settled. */
  async #try(notice: Notice, again: boolean): Promise<SpillwayError | undefined> {
    const { signal, clock } = this.#context;
    try {
      const late = AbortSignal.timeout(this.#sendMs);
      const sent = await this.#channel.send(notice, again, AbortSignal.any([signal, late]));
      const { reference, thread, doubtful, detail } = sent;
      this.#context.observe('notice_sent', Math.max(0, clock() - eventTimeToMs(notice.at)));
      await this.#tell(notice, 'sent', {
        detail,
        doubtful,
        ...(reference === undefined ? {} : { reference }),
        ...(thread === undefined ? {} : { thread }),
      });
      return undefined;
    } catch (thrown) {
      signal.throwIfAborted();
      const error = channelErrorOf(thrown);
      // The channel has the message, or has refused it; the host brings the notice again, and then it is only told.
      if (error.code === 'PUBLISH_FAILED') throw error;
      if (error.retry) return error;
      await this.#tell(notice, 'refused', { detail: error.message, code: error.code, doubtful: false });
      return undefined;
    }
  }

  async #tellFailing(notice: Notice, error: SpillwayError): Promise<void> {
    const now = this.#context.clock();
    if (now - this.#tried.toldAt < TELL_FAILING_MS) return;
    await this.#tell(notice, 'failing', { detail: error.message, code: error.code, doubtful: false });
    this.#tried.toldAt = now;
  }

  async #tell(
    { channel, number, incident }: Notice,
    result: NoticeOutcome['result'],
    about: Pick<NoticeOutcome, 'detail' | 'doubtful' | 'code' | 'reference' | 'thread'>,
  ): Promise<void> {
    this.#context.count('notices', { channel, result });
    const { attempts } = this.#tried;
    const at = eventTimeFromMs(this.#context.clock());
    // The other side may repeat in its refusal what it was given.
    const detail = redact(about.detail);
    await this.#publish({ ...about, detail, channel, number, incident, result, attempts, at });
  }

  async #publish(body: NoticeOutcome): Promise<void> {
    if (body.result !== 'failing') this.#settled = body;
    await this.#context.publish({ type: noticeOutcome, body });
    this.#settled = undefined;
  }
}

/** A channel that takes too long is one that cannot be reached. */
function channelErrorOf(thrown: unknown): SpillwayError {
  if (thrown instanceof SpillwayError) return thrown;
  const slow = thrown instanceof Error && thrown.name === 'TimeoutError';
  return slow
    ? new SpillwayError('CHANNEL_AWAY', 'the channel did not take the notice in time', { cause: thrown })
    : asSpillwayError(thrown);
}
