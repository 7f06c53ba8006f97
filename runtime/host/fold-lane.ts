import { z } from 'zod';
import { asSpillwayError, SpillwayError } from '../../protocol/errors.ts';
import { HEADERS } from '../../protocol/message.ts';
import type { FoldLane } from '../actor.ts';
import { type Cause, parseCause } from './envelope.ts';
import { giveUp, type LaneHost, type LaneProgress, openAll, recordLostHistory } from './lane.ts';
import { OrderedReader } from './ordered-reader.ts';
import { publishInOrder } from './publish.ts';
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
  const input = await streamId(nats.jsm, nats.experiment, lane.stream);
  const snapshots = new StateCell(
    nats.state,
    laneKey(host.actor, lane.stream, 'snapshot'),
    z.object({ stream: z.string(), sequence: z.int().min(0), state: lane.state }),
  );
  const snapshot = await snapshots.read();
  const written = await lastWritten(host, lane);

  let state = snapshot?.state ?? lane.initial;
  let outputSequence = written.sequence;
  progress.position = snapshot?.stream === input ? snapshot.sequence : 0;
  await recordLostHistory(host, input, progress.position);

  await using reader = await OrderedReader.open(nats, lane.stream, host.actor, progress.position);
  progress.lag = () => reader.lag(progress.position);

  let snapshotDueAt = performance.now() + SNAPSHOT_EVERY_MS;
  let unsaved = false;
  const save = async () => {
    await snapshots.write({ stream: input, sequence: progress.position, state });
    snapshotDueAt = performance.now() + SNAPSHOT_EVERY_MS;
    unsaved = false;
  };

  while (!signal.aborted) {
    // An idle stream must not leave the last snapshot stale for long.
    const patienceMs = unsaved ? SNAPSHOT_EVERY_MS : undefined;
    const taken = await reader.take(BATCH, () => 0, signal, patienceMs);
    if (taken.length > 0) {
      const outputs: Parameters<typeof publishInOrder>[1][number][] = [];
      for (const { raw, delivered } of await openAll(host, lane, input, taken, progress)) {
        if (!delivered) continue;
        try {
          const step = lane.step(state, delivered);
          state = step.state;
          host.log.debug(
            { stream: lane.stream, sequence: raw.seq, outputs: step.outputs.length },
            step.reason,
          );
          const now = host.clock();
          step.outputs.forEach((outgoing, index) => {
            const cause: Cause = { stream: input, sequence: raw.seq, index };
            const hops = [...delivered.hops, ['accepted', delivered.storedAt], [host.actor, now]] as const;
            if (isAfter(cause, written.cause)) outputs.push({ outgoing, hops, cause });
          });
        } catch (thrown) {
          // The same state and message fail the same way every time: trying again is no use.
          await giveUp(host, raw, input, asSpillwayError(thrown), 1, progress);
        }
      }
      if (outputs.length > 0) outputSequence = await publishInOrder(nats, outputs, outputSequence);
      const last = taken.at(-1);
      if (last) {
        reader.acknowledge(last);
        progress.position = last.seq;
      }
      progress.handled += taken.length;
      unsaved = true;
    }
    if (unsaved && (taken.length === 0 || performance.now() >= snapshotDueAt)) await save();
  }
  if (unsaved) await save();
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
