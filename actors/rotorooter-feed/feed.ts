import { ledgerEntry } from '../../protocol/messages/ledger-entry.ts';
import type { SpillRecord } from '../../protocol/messages/spill-record.ts';
import { eventTimeFromMs } from '../../protocol/time.ts';
import type { ActorContext, Batch, StreamId } from '../../runtime/actor.ts';
import { RotorooterLink } from '../../runtime/rotorooter-client.ts';
import type { RotorooterFeedConfig } from './config.ts';

/**
 * The feed's link to the daemon, made when needed and made again after it broke. The daemon writes a record once,
 * however often it is sent: it knows the last sequence of this stream on disk.
 */
export class Feed implements AsyncDisposable {
  readonly #config: RotorooterFeedConfig;
  readonly #context: ActorContext;
  #link: { readonly source: StreamId; readonly open: RotorooterLink } | undefined;

  constructor(config: RotorooterFeedConfig, context: ActorContext) {
    this.#config = config;
    this.#context = context;
  }

  /** @throws SpillwayError ROTOROOTER_AWAY */
  async lastOnDisk(source: StreamId): Promise<number> {
    return (await this.#linkFor(source)).lastOnDisk;
  }

  /**
   * Returns when every record is on disk and the ledger says so.
   * @throws SpillwayError ROTOROOTER_AWAY, PUBLISH_FAILED; or the daemon's reason for refusing a record.
   */
  async deliver({ messages }: Batch<SpillRecord>): Promise<void> {
    const first = messages[0];
    const last = messages.at(-1);
    if (!first || !last) return;
    const link = await this.#linkFor(first.stream);
    await link.send(messages.map(({ sequence, body }) => ({ sequence, bytes: body.bytes })));
    const now = this.#context.clock();
    for (const { hops } of messages) {
      const triggered = hops[0];
      if (triggered) this.#context.observe('filed', now - triggered[1]);
    }
    this.#context.count('records', {}, messages.length);
    await this.#context.publish({
      type: ledgerEntry,
      body: {
        stage: 'filed',
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
    this.#context.log.info({ host, port, source, lastOnDisk: open.lastOnDisk }, 'feeding the rotorooter');
    return open;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const link = this.#link;
    this.#link = undefined;
    await link?.open[Symbol.asyncDispose]();
  }
}
