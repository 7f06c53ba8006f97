import type { JsMsg } from '@nats-io/jetstream';
import { z } from 'zod';
import { asSpillwayError, SpillwayError } from '../../protocol/errors.ts';
import { HEADERS } from '../../protocol/message.ts';
import type { Delivered, FoldLane, StreamId } from '../actor.ts';
import { CrashGuard } from './crash-guard.ts';
import { type Cause, parseCause } from './envelope.ts';
import { giveUp, type LaneHost, type LaneProgress, openAll, recordLostHistory } from './lane.ts';
import { OrderedReader } from './ordered-reader.ts';
import { publishInOrder, type SealedOutput } from './publish.ts';
import { laneKey, StateCell } from './state.ts';
import { serverName, streamId } from './streams.ts';

const BATCH = 64;

/** A snapshot costs one write; replaying what came since costs next to nothing. */
const SNAPSHOT_EVERY_MS = 1_000;

/**
 * Runs a fold from where it stopped until the signal aborts.
 *
 * Exactly once, without trusting any time window: the output stream is the record of what has happened. Its last
 * message names the input and output index it came from. State is recovered by snapshot and replay; outputs of
 * the replay up to that point are not published again; every publish states the sequence it must follow, so a second
 * instance fails instead of doubling. A failed or unclear publish ends this call, and the next one finds out.
 *
 * @throws SpillwayError when the lane must start again: NATS_AWAY, PUBLISH_FAILED, WRITER_CONFLICT.
 */
export async function runFoldLane(host: LaneHost, lane: FoldLane, progress: LaneProgress): Promise<void> {
  const { nats, signal } = host;
  const [stream] = lane.streams;
  const input = await streamId(nats.jsm, nats.experiment, stream);
  const snapshots = new StateCell(
    nats.state,
    laneKey(host.actor, stream, 'snapshot'),
    z.object({ stream: z.string(), sequence: z.int().min(0), state: lane.state }),
  );
  const snapshot = await snapshots.read();
  const written = await lastWritten(host, lane);
  const folding = new Folding(host, lane, input, progress, snapshot?.state ?? lane.initial, written);
  progress.position = snapshot?.stream === input ? snapshot.sequence : 0;
  await recordLostHistory(host, input, progress.position);
  const guard = await CrashGuard.open(
    host,
    input,
    progress,
    reached(progress.position, written.cause, input),
  );

  let saved = progress.position;
  let savedAt = performance.now();
  const save = async () => {
    await snapshots.write({ stream: input, sequence: progress.position, state: folding.state });
    saved = progress.position;
    savedAt = performance.now();
  };

  await using reader = await OrderedReader.open(nats, stream, host.actor, progress.position);
  progress.lag = () => reader.lag(progress.position);
  try {
    while (!signal.aborted) {
      // An idle stream must not leave the last snapshot stale for long.
      const patienceMs = saved < progress.position ? SNAPSHOT_EVERY_MS : undefined;
      const taken = await reader.take(guard.stepping ? 1 : BATCH, () => 0, signal, patienceMs);
      const last = taken.at(-1);
      if (last) {
        await guard.handling(progress.position, last.seq);
        await folding.handle(taken, guard);
        reader.acknowledge(last);
        progress.position = last.seq;
        progress.handled += taken.length;
      }
      const due = guard.stepping || !last || performance.now() >= savedAt + SNAPSHOT_EVERY_MS;
      if (due && saved < progress.position) await save();
    }
    if (saved < progress.position) await save();
  } finally {
    await guard.survived(saved).catch(() => undefined);
  }
}

/** How far the lane has come: what it has published may be ahead of its snapshot. */
const reached = (position: number, last: Cause | undefined, input: StreamId): number =>
  last?.stream === input ? Math.max(position, last.sequence) : position;

/** The state, and what comes of a message. */
class Folding {
  readonly #host: LaneHost;
  readonly #lane: FoldLane;
  readonly #input: StreamId;
  readonly #progress: LaneProgress;
  readonly #written: Cause | undefined;
  #outputSequence: number;
  state: unknown;

  constructor(
    host: LaneHost,
    lane: FoldLane,
    input: StreamId,
    progress: LaneProgress,
    state: unknown,
    written: { readonly sequence: number; readonly cause: Cause | undefined },
  ) {
    this.#host = host;
    this.#lane = lane;
    this.#input = input;
    this.#progress = progress;
    this.#written = written.cause;
    this.#outputSequence = written.sequence;
    this.state = state;
  }

  /** Steps through the messages and publishes what comes of them, all or, when it throws, an unknown part. */
  async handle(taken: readonly JsMsg[], guard: CrashGuard): Promise<void> {
    const outputs: SealedOutput[] = [];
    for (const { raw, delivered } of await openAll(
      this.#host,
      this.#lane,
      this.#input,
      taken,
      this.#progress,
    )) {
      if (!delivered) continue;
      try {
        const condemned = guard.verdict(raw.seq);
        if (condemned) throw condemned;
        outputs.push(...this.#step(delivered));
      } catch (thrown) {
        // The same state and message fail the same way every time: trying again is no use.
        await giveUp(this.#host, raw, this.#input, asSpillwayError(thrown), 1, this.#progress);
      }
    }
    if (outputs.length === 0) return;
    this.#outputSequence = await publishInOrder(this.#host.nats, outputs, this.#outputSequence);
  }

  #step(message: Delivered<unknown>): SealedOutput[] {
    const { actor, log, clock } = this.#host;
    const step = this.#lane.step(this.state, message);
    this.state = step.state;
    const { stream, sequence } = message;
    log.debug({ stream, sequence, outputs: step.outputs.length }, step.reason);
    const hops = [...message.hops, ['accepted', message.storedAt], [actor, clock()]] as const;
    return step.outputs
      .map((outgoing, index) => ({ outgoing, hops, cause: { stream, sequence, index } }))
      .filter(({ cause }) => isAfter(cause, this.#written));
  }
}

/** Whether an output is new: later than the last one in the output stream, or from another life of the input. */
function isAfter(cause: Cause, last: Cause | undefined): boolean {
  if (!last || last.stream !== cause.stream) return true;
  return cause.sequence > last.sequence || (cause.sequence === last.sequence && cause.index > last.index);
}

/** The output stream's last sequence, and the cause of the last message this actor wrote to it. */
async function lastWritten(
  host: LaneHost,
  lane: FoldLane,
): Promise<{ sequence: number; cause: Cause | undefined }> {
  const { jsm, experiment } = host.nats;
  const name = serverName(experiment, lane.output);
  const { state } = await jsm.streams.info(name);
  // Replayed dead letters are not this actor's: they carry an addressee and an older cause.
  for (let sequence = state.last_seq; sequence >= Math.max(1, state.first_seq); sequence--) {
    const message = await jsm.streams.getMessage(name, { seq: sequence });
    if (message && !message.header.get(HEADERS.addressee)) {
      const cause = parseCause(message.header.get(HEADERS.cause));
      if (!cause) {
        throw new SpillwayError(
          'WRITER_CONFLICT',
          `${name} message ${sequence} was not written by ${host.actor}`,
        );
      }
      return { sequence: state.last_seq, cause };
    }
  }
  return { sequence: state.last_seq, cause: undefined };
}
