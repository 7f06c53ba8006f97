import { createHash } from 'node:crypto';
import type { JsMsg } from '@nats-io/jetstream';
import { contentDigest } from '../../protocol/content-digest.ts';
import { asSpillwayError } from '../../protocol/errors.ts';
import { HEADERS } from '../../protocol/message.ts';
import { type Readings, readings } from '../../protocol/messages/readings.ts';
import { packable } from '../../protocol/packable.ts';
import { type DecodedRecord, decodeRecord } from '../../protocol/raw-block/raw-block.ts';
import { eventTimeToMs } from '../../protocol/time.ts';
import { parseCause, parseOrigin } from '../host/envelope.ts';
import type { Nats } from '../host/nats.ts';
import { recordKey } from './beam-files.ts';
import { type Finding, type Seen, type Stage, triggerKey, UNREADABLE } from './compare.ts';
import { readStream } from './read-stream.ts';
import { type RowsDigest, rowsDigest } from './row-digest.ts';

/** A front end's clock may be ahead of ours by this much before its records fall out of the range. */
const STORED_BEFORE_MS = 60_000;

/** Accepted readings, with what the store must hold of them. The values themselves are not kept: a day of them is 1 GB. */
export interface Accepted extends Seen {
  readonly triggeredAtMs: number;
  readonly storedAtMs: number;
  readonly rows: RowsDigest;
}

/** What a stream holds of the range, and messages that cannot be read. */
interface Sighted<T> {
  readonly seen: T;
  readonly findings: readonly Finding[];
}

/** Accepted readings by BEAM sequence, and where replayed ones stood first: those are no new facts. */
export interface Beam {
  readonly readings: Map<number, Accepted>;
  readonly replays: Map<number, number>;
}

export async function accepted(nats: Nats, fromMs: number, toMs: number): Promise<Sighted<Beam>> {
  const seen = new Map<number, Accepted>();
  const replays = new Map<number, number>();
  const findings: Finding[] = [];
  for await (const message of readStream(nats, 'BEAM', Math.max(0, fromMs - STORED_BEFORE_MS))) {
    if (message.headers?.get(HEADERS.addressee)) {
      const origin = parseOrigin(message.headers.get(HEADERS.origin));
      if (origin) replays.set(message.seq, origin.sequence);
      continue;
    }
    const storedAtMs = message.info.timestampNanos / 1e6;
    const body = readable(message, bytes => readings.decode(bytes));
    if (body instanceof Error) {
      if (storedAtMs <= toMs) findings.push(unreadable('accepted', `BEAM ${message.seq}`, body));
      continue;
    }
    const timeMs = eventTimeToMs(body.time);
    if (timeMs < fromMs || timeMs > toMs) continue;
    seen.set(message.seq, {
      key: triggerKey(body.trigger, body.inOut, body.time),
      digest: digestOf(body),
      inOut: body.inOut,
      where: `BEAM ${message.seq}`,
      triggeredAtMs: timeMs,
      storedAtMs,
      rows: rowsDigest(body),
    });
  }
  return { seen: { readings: seen, replays }, findings };
}

const digestOf = ({ devices }: Readings): string => contentDigest(packable(devices).devices);

/** A packed record with what ties it to the stages after it. */
export interface Packed extends Seen {
  readonly triggeredAtMs: number;
  readonly sequence: number;
  /** Sequence in BEAM of the readings, or of their replay, that the packer met. */
  readonly cause: number | undefined;
  /** Its sequence as the feed had it: that of its replay, where it gave up on the record first. */
  readonly fedAs: number;
  /** Of the record's bytes, in hexadecimal. */
  readonly sha256: string;
  readonly record: string;
}

/**
 * Packed records of the given accepted readings; and those in the range that name no readings they were made from, which
 * should not be there.
 */
export async function packed(
  nats: Nats,
  fromMs: number,
  toMs: number,
  beam: Beam,
): Promise<Sighted<Packed[]>> {
  const seen: Packed[] = [];
  const findings: Finding[] = [];
  for await (const message of readStream(nats, 'SPILL', Math.max(0, fromMs - STORED_BEFORE_MS))) {
    if (message.headers?.get(HEADERS.addressee)) {
      const origin = parseOrigin(message.headers.get(HEADERS.origin));
      const at = seen.findIndex(({ sequence }) => sequence === origin?.sequence);
      const first = seen[at];
      if (first && message.headers.get(HEADERS.addressee) === 'rotorooter-feed')
        seen[at] = { ...first, fedAs: message.seq };
      continue;
    }
    const cause = parseCause(message.headers?.get(HEADERS.cause));
    const from = cause && beam.readings.get(beam.replays.get(cause.sequence) ?? cause.sequence);
    if (cause && !from) continue;
    const where = `SPILL ${message.seq}`;
    const record = readable(message, decodeRecord);
    if (record instanceof Error) {
      const inRange = from !== undefined || message.info.timestampNanos / 1e6 <= toMs;
      if (inRange) findings.push(unreadable('packed', where, record));
      continue;
    }
    const timeMs = eventTimeToMs(record.time);
    if (!from && (timeMs < fromMs || timeMs > toMs)) continue;
    seen.push({
      key: from?.key ?? recordKey(record),
      digest: contentDigest(record.devices),
      inOut: record.inOut,
      where,
      triggeredAtMs: from?.triggeredAtMs ?? timeMs,
      sequence: message.seq,
      cause: cause?.sequence,
      fedAs: message.seq,
      sha256: createHash('sha256').update(message.data).digest('hex'),
      record: recordKey(record),
    });
  }
  return { seen, findings };
}

function readable<T extends Readings | DecodedRecord>(
  message: JsMsg,
  decode: (bytes: Uint8Array) => T,
): T | Error {
  try {
    return decode(message.data);
  } catch (thrown) {
    return asSpillwayError(thrown);
  }
}

const unreadable = (stage: Stage, where: string, error: Error): Finding => ({
  kind: 'different',
  stage,
  key: UNREADABLE,
  where: `${where}: ${error.message}`,
});
