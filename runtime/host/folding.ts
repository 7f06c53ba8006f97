import type { JsMsg } from '@nats-io/jetstream';
import { asSpillwayError } from '../../protocol/errors.ts';
import { subjects } from '../../protocol/subjects.ts';
import type { Milliseconds } from '../../protocol/time.ts';
import type { Delivered, FoldLane, StreamId } from '../actor.ts';
import type { CrashGuard } from './crash-guard.ts';
import { type Cause, formatCause, isNew, open, type Positions } from './envelope.ts';
import { giveUp, isFor, type LaneHost, type LaneProgress } from './lane.ts';
import type { Taken } from './merge.ts';
import { publishInOrder, type SealedOutput } from './publish.ts';
import type { Snapshot } from './snapshots.ts';
import type { Written } from './written.ts';

/** A fold's state, and what comes of a message. */
export class Folding {
  readonly #host: LaneHost;
  readonly #lane: FoldLane;
  /** By rank. */
  readonly #streams: readonly StreamId[];
  readonly #progress: readonly LaneProgress[];
  readonly #positions: Record<StreamId, number>;
  /** The last output in the stream at the start: what is not after it has been published already. */
  readonly #before: Cause | undefined;
  #outputSequence: number;
  #lastCause: Cause | undefined;
  #time: Milliseconds;
  #state: unknown;

  constructor(
    host: LaneHost,
    lane: FoldLane,
    streams: readonly StreamId[],
    progress: readonly LaneProgress[],
    from: Snapshot<unknown> | undefined,
    written: Written,
  ) {
    this.#host = host;
    this.#lane = lane;
    this.#streams = streams;
    this.#progress = progress;
    // A stream made anew is another stream, and begins at its beginning.
    this.#positions = Object.fromEntries(streams.map(id => [id, from?.positions[id] ?? 0]));
    this.#before = written.cause;
    this.#lastCause = written.cause;
    this.#outputSequence = written.sequence;
    this.#time = from?.time ?? 0;
    this.#state = from ? from.state : lane.initial;
  }

  get snapshot(): Snapshot<unknown> {
    return { positions: { ...this.#positions }, time: this.#time, state: this.#state };
  }

  get state(): unknown {
    return this.#state;
  }

  get positions(): Positions {
    return this.#positions;
  }

  /** How far the fold has come, by what can be seen of it: what it has published may be ahead of its snapshot. */
  get reached(): string {
    const positions = Object.entries(this.#positions).map(([stream, sequence]) => `${stream}:${sequence}`);
    return [...positions, this.#lastCause ? `>${formatCause(this.#lastCause)}` : '>'].join(' ');
  }

  /** Steps through the messages and publishes what comes of them, all or, when it throws, an unknown part. */
  async handle(taken: readonly Taken[], guard: CrashGuard): Promise<void> {
    const outputs: SealedOutput[] = [];
    for (const { rank, raw } of taken) {
      const stream = this.#streams[rank] as StreamId;
      const progress = this.#progress[rank] as LaneProgress;
      this.#positions[stream] = raw.seq;
      try {
        // One by one: as arguments of one call, tens of thousands are too many.
        for (const output of this.#take(raw, stream, guard)) outputs.push(output);
      } catch (thrown) {
        // The same state and message fail the same way every time: trying again is no use.
        await giveUp(this.#host, raw, stream, asSpillwayError(thrown), 1, progress);
      }
    }
    if (outputs.length > 0) {
      this.#outputSequence = await publishInOrder(this.#host.nats, outputs, this.#outputSequence);
      this.#lastCause = outputs.at(-1)?.cause;
    }
    for (const { rank, raw } of taken) {
      const progress = this.#progress[rank] as LaneProgress;
      progress.position = raw.seq;
      progress.handled++;
    }
  }

  #take(raw: JsMsg, stream: StreamId, guard: CrashGuard): SealedOutput[] {
    const isOurs = this.#witnesses(stream) || isFor(this.#host, raw);
    if (!isOurs || this.#wakesAnother(raw, stream)) return [];
    const message = open(raw, stream, this.#lane.types);
    const condemned = guard.verdict(stream, raw.seq);
    if (condemned) throw condemned;
    return this.#step({ ...message, storedAt: Math.max(this.#time, message.storedAt) });
  }

  #witnesses(stream: StreamId): boolean {
    return this.#lane.types.some(type => type.witness && stream.startsWith(`${type.stream}@`));
  }

  #wakesAnother(raw: JsMsg, stream: StreamId): boolean {
    const { actor, nats } = this.#host;
    return stream.startsWith('TIMER@') && raw.subject !== subjects.timer(nats.experiment, actor);
  }

  /** How far the fold is in its other streams. */
  #others(stream: StreamId): Pick<Cause, 'others'> {
    if (this.#streams.length === 1) return {};
    const { [stream]: _own, ...others } = this.#positions;
    return { others };
  }

  #step(message: Delivered<unknown>): SealedOutput[] {
    const { actor, log, clock } = this.#host;
    const step = this.#lane.step(this.#state, message);
    this.#state = step.state;
    this.#time = message.storedAt;
    const { stream, sequence } = message;
    log.debug({ stream, sequence, outputs: step.outputs.length }, step.reason);
    if (step.outputs.length === 0) return [];
    const hops = [...message.hops, ['accepted', message.storedAt], [actor, clock()]] as const;
    const others = this.#others(stream);
    return step.outputs
      .map((outgoing, index) => ({ outgoing, hops, cause: { stream, sequence, index, ...others } }))
      .filter(({ cause }) => isNew(cause, this.#before));
  }
}
