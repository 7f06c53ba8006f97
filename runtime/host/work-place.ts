import type { Consumer } from '@nats-io/jetstream';
import { z } from 'zod';
import type { StreamId, WorkLane } from '../actor.ts';
import { progressOf } from './consumers-of.ts';
import { type LaneHost, type LaneProgress, recordLostHistory } from './lane.ts';
import { laneKey, StateCell } from './state.ts';
import { type StreamNow, streamNow } from './streams.ts';

/** How often the place is written down, at most. */
const EVERY_MS = 60_000;

const Place = z.object({ stream: z.string(), through: z.int().min(0) });

/**
 * How far a work lane has come, all its instances together. The consumer knows; it is written down as well for the day on
 * which somebody deletes the consumer, and because a consumer that takes some subjects does not see the others leave.
 */
export class WorkPlace {
  readonly #host: LaneHost;
  readonly #lane: WorkLane;
  readonly #progress: LaneProgress;
  readonly #cell: StateCell<z.infer<typeof Place> | undefined>;
  #writtenAt = performance.now();

  constructor(host: LaneHost, lane: WorkLane, progress: LaneProgress) {
    this.#host = host;
    this.#lane = lane;
    this.#progress = progress;
    const key = laneKey(host.actor, lane.stream, lane.name, 'place');
    this.#cell = new StateCell(host.nats.state, key, Place.optional().catch(undefined));
  }

  /** The last sequence known to be done, of this stream. */
  async read(stream: StreamId): Promise<number> {
    const found = await this.#cell.read();
    return found?.stream === stream ? found.through : 0;
  }

  /** Records what left the stream while nobody worked. */
  async recordLost(now: StreamNow, consumer: Consumer): Promise<void> {
    const { delivered, num_pending } = await consumer.info();
    if (num_pending === 0 && delivered.stream_seq > 0) return;
    await recordLostHistory(this.#host, now, Math.max(delivered.stream_seq, await this.read(now.id)));
  }

  /** Messages that wait, and those that any instance has in hand. */
  async lag(consumer: Consumer): Promise<number> {
    const { id, lastSequence } = await streamNow(this.#host.nats, this.#lane.stream);
    const info = await consumer.info();
    const { doneThrough } = progressOf(info, lastSequence);
    this.#progress.position = doneThrough;
    if (performance.now() - this.#writtenAt > EVERY_MS) await this.#write(id, doneThrough);
    return info.num_pending + info.num_ack_pending;
  }

  /** Writes the place down now. */
  async leave(consumer: Consumer): Promise<void> {
    this.#writtenAt = Number.NEGATIVE_INFINITY;
    await this.lag(consumer);
  }

  async #write(stream: StreamId, through: number): Promise<void> {
    this.#writtenAt = performance.now();
    if ((await this.read(stream)) >= through) return;
    // Another instance may be writing it too: one of the two is enough.
    await this.#cell.write({ stream, through }).catch(() => undefined);
  }
}
