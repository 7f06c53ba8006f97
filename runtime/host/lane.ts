import type { JsMsg } from '@nats-io/jetstream';
import type { Logger } from 'pino';
import { asSpillwayError, type SpillwayError } from '../../protocol/errors.ts';
import { HEADERS } from '../../protocol/message.ts';
import { ledgerGap } from '../../protocol/messages/ledger-gap.ts';
import type { StreamName } from '../../protocol/subjects.ts';
import { type Clock, eventTimeFromMs } from '../../protocol/time.ts';
import type { Delivered, Lane, StreamId } from '../actor.ts';
import { putAside } from './dead-letter.ts';
import { open } from './envelope.ts';
import type { Nats } from './nats.ts';
import { publish } from './publish.ts';
import { serverName } from './streams.ts';

/** What both kinds of lane need of the host. */
export interface LaneHost {
  readonly actor: string;
  readonly nats: Nats;
  readonly log: Logger;
  readonly clock: Clock;
  readonly random: () => number;
  /** Aborts when the lane must stop taking messages. */
  readonly signal: AbortSignal;
}

/** Figures of a running lane, for the heartbeat. */
export interface LaneProgress {
  readonly stream: StreamName;
  /** Whether this process has run the lane before: then its last end was no death of the process. */
  restarted: boolean;
  position: number;
  handled: number;
  retries: number;
  dead: number;
  lag: () => Promise<number>;
}

export const newProgress = (stream: StreamName, restarted: boolean): LaneProgress => ({
  stream,
  restarted,
  position: 0,
  handled: 0,
  retries: 0,
  dead: 0,
  lag: async () => 0,
});

/** A message as read, with its body where it could be decoded and is for this actor. */
export interface Opened {
  readonly raw: JsMsg;
  readonly delivered: Delivered<unknown> | undefined;
}

/** Decodes what was taken; what cannot be decoded is put aside, what is for another actor is passed by. */
export async function openAll(
  host: LaneHost,
  lane: Lane,
  stream: StreamId,
  taken: readonly JsMsg[],
  progress: LaneProgress,
): Promise<Opened[]> {
  const opened: Opened[] = [];
  for (const raw of taken) {
    const addressee = raw.headers?.get(HEADERS.addressee);
    if (addressee && addressee !== host.actor) {
      opened.push({ raw, delivered: undefined });
      continue;
    }
    try {
      opened.push({ raw, delivered: open(raw, stream, lane.types) });
    } catch (thrown) {
      await giveUp(host, raw, stream, asSpillwayError(thrown), 1, progress);
      opened.push({ raw, delivered: undefined });
    }
  }
  return opened;
}

/** Dead-letters a message and says so. */
export async function giveUp(
  host: LaneHost,
  raw: JsMsg,
  stream: StreamId,
  error: SpillwayError,
  attempts: number,
  progress: LaneProgress,
): Promise<void> {
  await putAside(host.nats, host.actor, raw, stream, error, attempts);
  progress.dead++;
  host.log.error(
    { code: error.code, stream, sequence: raw.seq, subject: raw.subject, attempts },
    `gave up on a message: ${error.message}`,
  );
}

/**
 * Notices messages that left the stream before this lane had them (the stream's limits were reached while it was
 * away), and records them as a gap.
 */
export async function recordLostHistory(host: LaneHost, stream: StreamId, position: number): Promise<void> {
  const name = stream.slice(0, stream.indexOf('@')) as StreamName;
  const { state } = await host.nats.jsm.streams.info(serverName(host.nats.experiment, name));
  const firstLeft = state.messages === 0 ? state.last_seq + 1 : state.first_seq;
  if (firstLeft <= position + 1 || position === 0) return;
  const gap = {
    stage: host.actor,
    stream,
    first: position + 1,
    last: firstLeft - 1,
    reason: 'left the stream by its limits before it was consumed',
    at: eventTimeFromMs(host.clock()),
  };
  host.log.error(
    { code: 'STREAM_HISTORY_LOST', ...gap },
    'messages left the stream before they were consumed',
  );
  await publish(host.nats, { type: ledgerGap, body: gap }, [], { deadlineMs: 30_000, signal: host.signal });
}
