import type { Consumer, JsMsg } from '@nats-io/jetstream';
import { asSpillwayError } from '../../protocol/errors.ts';
import type { StreamId, WorkLane } from '../actor.ts';
import { backOffMs, pause } from './back-off.ts';
import type { LaneHost, LaneProgress } from './lane.ts';
import { laneName } from './state.ts';
import { streamNow } from './streams.ts';
import { pull, shareConsumer } from './work-consumer.ts';
import { WorkPlace } from './work-place.ts';

const RESTART = { firstMs: 200, maxMs: 5_000 };

/** A message that JetStream gave to this instance. */
export interface Given {
  readonly raw: JsMsg;
  readonly stream: StreamId;
}

interface Source {
  readonly stream: StreamId;
  readonly consumer: Consumer;
}

/** What the slots of a work lane take their messages from; begins anew when stream, consumer or server went away. */
export class WorkQueue {
  readonly #host: LaneHost;
  readonly #lane: WorkLane;
  readonly #progress: LaneProgress;
  readonly #place: WorkPlace;
  #source: Promise<Source> | undefined;
  #failures = 0;

  constructor(host: LaneHost, lane: WorkLane, progress: LaneProgress) {
    this.#host = host;
    this.#lane = lane;
    this.#progress = progress;
    this.#place = new WorkPlace(host, lane, progress);
    progress.lag = async () => (this.#source ? this.#place.lag((await this.#source).consumer) : 0);
  }

  /** The next message; undefined when the signal aborts. */
  async take(): Promise<Given | undefined> {
    const { signal, random } = this.#host;
    while (!signal.aborted) {
      const source = (this.#source ??= this.#open());
      try {
        const { stream, consumer } = await source;
        const raw = await pull(consumer, signal);
        this.#failures = 0;
        if (raw) return { raw, stream };
      } catch (thrown) {
        // Of several slots that meet the same failure one tells of it.
        if (this.#source === source) this.#failed(thrown);
        await pause(backOffMs(RESTART, Math.max(1, this.#failures), random), signal);
      }
    }
    return undefined;
  }

  /** Writes down how far the lane is. */
  async leave(): Promise<void> {
    if (this.#source) await this.#place.leave((await this.#source).consumer);
  }

  async #open(): Promise<Source> {
    const { nats, actor } = this.#host;
    const now = await streamNow(nats, this.#lane.stream);
    const after = await this.#place.read(now.id);
    const durable = laneName(actor, this.#lane.name);
    const consumer = await shareConsumer(nats, this.#lane, durable, after);
    await this.#place.recordLost(now, consumer);
    return { stream: now.id, consumer };
  }

  #failed(thrown: unknown): void {
    this.#source = undefined;
    this.#failures++;
    if (this.#host.signal.aborted) return;
    this.#progress.retries++;
    const { code, message } = asSpillwayError(thrown);
    const { stream, name } = this.#lane;
    this.#host.log.warn({ code, stream, lane: name, err: thrown }, `lane starts again: ${message}`);
  }
}
