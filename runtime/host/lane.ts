import type { JsMsg } from '@nats-io/jetstream';
import type { Logger } from 'pino';
import { asSpillwayError, type SpillwayError } from '../../protocol/errors.ts';
import { HEADERS } from '../../protocol/message.ts';
import { ledgerGap } from '../../protocol/messages/ledger-gap.ts';
import type { StreamName } from '../../protocol/subjects.ts';
import { type Clock, eventTimeFromMs } from '../../protocol/time.ts';
import type { ActorContext, Delivered, Lane, StreamId } from '../actor.ts';
import type { Aside } from './aside.ts';
import { putAside } from './dead-letter.ts';
import { open } from './envelope.ts';
import type { Nats } from './nats.ts';
import { publish } from './publish.ts';
import { laneName } from './state.ts';
import type { StreamNow } from './streams.ts';

/** What every kind of lane needs of the host. */
export interface LaneHost {
  readonly actor: string;
  /** Name of the lane, where it has one. */
  readonly lane?: string | undefined;
  readonly nats: Nats;
  readonly log: Logger;
  readonly clock: Clock;
  readonly random: () => number;
  /** Aborts when the lane must stop taking messages. */
  readonly signal: AbortSignal;
  /** Aborts a little before the drain deadline: what is still in hand must be let go. */
  readonly expired: AbortSignal;
  /** Counts into the metrics and the heartbeat. */
  readonly count: ActorContext['count'];
}

/** Figures of one stream of a running lane, for the heartbeat. */
export interface LaneProgress {
  readonly stream: StreamName;
  /** Name of the lane, where it has one. */
  readonly name: string | undefined;
  /** Whether this process has run the lane before: then its last end was no death of the process. */
  restarted: boolean;
  position: number;
  handled: number;
  retries: number;
  dead: number;
  lag: () => Promise<number>;
}

/** One per stream of the lane. */
export const newProgress = (lane: Lane, restarted: boolean): readonly LaneProgress[] =>
  streamsOf(lane).map(stream => ({
    stream,
    name: nameOf(lane),
    restarted,
    position: 0,
    handled: 0,
    retries: 0,
    dead: 0,
    lag: async () => 0,
  }));

export const streamsOf = (lane: Lane): readonly StreamName[] =>
  lane.kind === 'fold' ? lane.streams : [lane.stream];

export const nameOf = (lane: Lane): string | undefined =>
  lane.kind === 'batch' || lane.kind === 'work' ? lane.name : undefined;

/** A message as read, with its body where it could be decoded and is for this actor. */
export interface Opened {
  readonly raw: JsMsg;
  readonly delivered: Delivered<unknown> | undefined;
}

/** Decodes what was taken; what cannot be decoded is put aside, what is for another actor is passed by. */
export async function openAll(
  host: LaneHost,
  types: Lane['types'],
  stream: StreamId,
  taken: readonly JsMsg[],
  progress: LaneProgress,
  aside: Aside,
): Promise<Opened[]> {
  const opened: Opened[] = [];
  for (const raw of taken) {
    if (!isFor(host, raw)) {
      opened.push({ raw, delivered: undefined });
      continue;
    }
    try {
      opened.push({ raw, delivered: open(raw, stream, types) });
    } catch (thrown) {
      if (!aside.has(raw.seq)) await giveUp(host, raw, stream, asSpillwayError(thrown), 1, progress);
      aside.add(raw.seq);
      opened.push({ raw, delivered: undefined });
    }
  }
  return opened;
}

/** Whether a message is for this lane: every one is, but a replayed dead letter is for whoever gave up on it. */
export function isFor(host: LaneHost, raw: JsMsg): boolean {
  const addressee = raw.headers?.get(HEADERS.addressee);
  return !addressee || addressee === host.actor || addressee === laneName(host.actor, host.lane);
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
  await putAside(host.nats, host.actor, host.lane, raw, stream, error, attempts);
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
export async function recordLostHistory(host: LaneHost, now: StreamNow, position: number): Promise<void> {
  if (now.firstSequence <= position + 1 || position === 0) return;
  const gap = {
    stage: host.actor,
    stream: now.id,
    first: position + 1,
    last: now.firstSequence - 1,
    reason: 'left the stream by its limits before it was consumed',
    at: eventTimeFromMs(host.clock()),
  };
  host.log.error(
    { code: 'STREAM_HISTORY_LOST', ...gap },
    'messages left the stream before they were consumed',
  );
  await publish(host.nats, { type: ledgerGap, body: gap }, [], { deadlineMs: 30_000, signal: host.signal });
}
