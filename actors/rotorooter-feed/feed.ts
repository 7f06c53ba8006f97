import { SpillwayError } from '../../protocol/errors.ts';
import { ledgerEntry } from '../../protocol/messages/ledger-entry.ts';
import type { SpillRecord } from '../../protocol/messages/spill-record.ts';
import { InOut, subjects } from '../../protocol/subjects.ts';
import { eventTimeFromMs } from '../../protocol/time.ts';
import type { ActorContext, Batch, StreamId } from '../../runtime/actor.ts';
import { RotorooterLink } from '../../runtime/rotorooter-client.ts';
import type { RotorooterFeedConfig } from './config.ts';

/** What the ledger calls a record that is on disk. */
const STAGE = 'filed';

/**
 * The feed's link to the daemon, made when needed and made again after it broke. The daemon writes a record once,
 * however often it is sent: it knows the last sequence of this stream on disk.
 */
export class Feed implements AsyncDisposable {
  readonly #config: RotorooterFeedConfig;
  readonly #context: ActorContext;
  #link: { readonly source: StreamId; readonly open: RotorooterLink } | undefined;
  /** How far the daemon's files have come, as it last said. */
  #reached: { readonly source: StreamId; readonly sequence: number } | undefined;
  readonly #failed = Promise.withResolvers<never>();

  constructor(config: RotorooterFeedConfig, context: ActorContext) {
    this.#config = config;
    this.#context = context;
    this.#failed.promise.catch(() => undefined);
  }

  /**
   * Rejects with RECORDS_GONE when the daemon's files were set back while the feed ran, to a backup or another
   * directory: only a new start, which asks the daemon where to begin, sends again what is missing.
   */
  get failed(): Promise<never> {
    return this.#failed.promise;
  }

  /**
   * The last sequence that is on disk and that the ledger says so of: a life that ended between the two is made up for.
   * @throws SpillwayError ROTOROOTER_AWAY, NATS_AWAY
   */
  async doneThrough(source: StreamId): Promise<number> {
    const { lastOnDisk } = await this.#linkFor(source);
    const { experiment } = this.#context;
    const [told] = await this.#context.latest(ledgerEntry, subjects.ledgerEntry(experiment, STAGE));
    return Math.min(lastOnDisk, told?.body.stream === source ? told.body.last : 0);
  }

  /**
   * Returns when every record is on disk and the ledger says so.
   * @throws SpillwayError ROTOROOTER_AWAY, RECORDS_GONE, PUBLISH_FAILED; or the daemon's reason for refusing a record.
   */
  async deliver({ messages }: Batch<SpillRecord>): Promise<void> {
    const first = messages[0];
    const last = messages.at(-1);
    if (!first || !last) return;
    const link = await this.#linkFor(first.stream);
    const sequence = await link.send(messages.map(({ sequence, body }) => ({ sequence, bytes: body.bytes })));
    this.#reached = { source: first.stream, sequence };
    const now = this.#context.clock();
    for (const { hops, body } of messages) {
      const triggered = hops[0];
      // Out of spill devices are read seconds after their trigger, which is no latency of ours.
      if (triggered && body.inOut === InOut.in) this.#context.observe('filed', now - triggered[1]);
    }
    this.#context.count('records', {}, messages.length);
    await this.#context.publish({
      type: ledgerEntry,
      body: {
        stage: STAGE,
        stream: first.stream,
        first: first.sequence,
        last: last.sequence,
        count: messages.length,
        at: eventTimeFromMs(now),
      },
    });
  }

  async #linkFor(source: StreamId): Promise<RotorooterLink> {
    if (this.#link?.source === source && !this.#link.open.broken) return this.#link.open;
    await this[Symbol.asyncDispose]();
    const { host, port, timeout } = this.#config;
    const open = await RotorooterLink.connect({ host, port, source, timeoutMs: timeout });
    this.#link = { source, open };
    const { lastOnDisk } = open;
    if (this.#reached?.source === source && lastOnDisk < this.#reached.sequence) {
      const had = this.#reached.sequence;
      const error = new SpillwayError(
        'RECORDS_GONE',
        `${source} ends at ${lastOnDisk} on disk, it was at ${had}`,
      );
      this.#failed.reject(error);
      await this[Symbol.asyncDispose]();
      throw error;
    }
    this.#reached = { source, sequence: lastOnDisk };
    this.#context.log.info({ host, port, source, lastOnDisk }, 'feeding the rotorooter');
    return open;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const link = this.#link;
    this.#link = undefined;
    await link?.open[Symbol.asyncDispose]();
  }
}
