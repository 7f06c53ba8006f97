import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { contentDigest } from '../../protocol/content-digest.ts';
import { HEADERS } from '../../protocol/message.ts';
import { type DeviceReading, readings } from '../../protocol/messages/readings.ts';
import { packable } from '../../protocol/packable.ts';
import { type DecodedRecord, decodeRecord, scanRecords } from '../../protocol/raw-block/raw-block.ts';
import { eventTimeToMs } from '../../protocol/time.ts';
import { parseCause } from '../host/envelope.ts';
import type { Nats } from '../host/nats.ts';
import { type Seen, triggerKey } from './compare.ts';
import { readStream } from './read-stream.ts';

/** A front end's clock may be ahead of ours by this much before its records fall out of the range. */
const STORED_BEFORE_MS = 60_000;

/** Accepted readings, with what the store must hold of them. */
export interface Accepted extends Seen {
  readonly triggeredAtMs: number;
  readonly storedAtMs: number;
  readonly devices: readonly DeviceReading[];
}

/** Accepted readings by BEAM sequence; those an operator replayed for one actor are not new facts. */
export async function accepted(nats: Nats, fromMs: number, toMs: number): Promise<Map<number, Accepted>> {
  const seen = new Map<number, Accepted>();
  for await (const message of readStream(nats, 'BEAM', fromMs - STORED_BEFORE_MS)) {
    if (message.headers?.get(HEADERS.addressee)) continue;
    const body = readings.decode(message.data);
    const timeMs = eventTimeToMs(body.time);
    if (timeMs < fromMs || timeMs > toMs) continue;
    seen.set(message.seq, {
      key: triggerKey(body.trigger, body.inOut, body.time),
      digest: contentDigest(packable(body.devices).devices),
      inOut: body.inOut,
      where: `BEAM ${message.seq}`,
      triggeredAtMs: timeMs,
      storedAtMs: message.info.timestampNanos / 1e6,
      devices: body.devices,
    });
  }
  return seen;
}

/** A packed record with what ties it to the stages after it. */
export interface Packed extends Seen {
  readonly triggeredAtMs: number;
  readonly sequence: number;
  /** Of the record's bytes, in hexadecimal. */
  readonly sha256: string;
  readonly record: string;
}

/** Packed records of the given accepted readings. */
export async function packed(
  nats: Nats,
  fromMs: number,
  beam: ReadonlyMap<number, Accepted>,
): Promise<Packed[]> {
  const seen: Packed[] = [];
  for await (const message of readStream(nats, 'SPILL', fromMs - STORED_BEFORE_MS)) {
    const cause = parseCause(message.headers?.get(HEADERS.cause));
    const from = cause && beam.get(cause.sequence);
    if (!from || message.headers?.get(HEADERS.addressee)) continue;
    const record = decodeRecord(message.data);
    seen.push({
      key: from.key,
      digest: contentDigest(record.devices),
      inOut: record.inOut,
      where: `SPILL ${message.seq}`,
      triggeredAtMs: from.triggeredAtMs,
      sequence: message.seq,
      sha256: createHash('sha256').update(message.data).digest('hex'),
      record: recordKey(record),
    });
  }
  return seen;
}

/**
 * Records in the beam files of a directory, the one being written included. A record that no packed one accounts for
 * counts when its block time is in the range: it should not be there.
 */
export async function filed(
  directory: string,
  packedRecords: readonly Packed[],
  fromMs: number,
  toMs: number,
): Promise<Seen[]> {
  const keys = new Map(packedRecords.map(({ record, key }) => [record, key]));
  const seen: Seen[] = [];
  for (const name of (await beamFiles(directory)).toSorted()) {
    const bytes = await readFile(join(directory, name));
    for (const { offset, record } of scanRecords(bytes).records) {
      const own = recordKey(record);
      const timeMs = eventTimeToMs(record.time);
      const key = keys.get(own) ?? (timeMs >= fromMs && timeMs <= toMs ? own : undefined);
      if (key === undefined) continue;
      seen.push({
        key,
        digest: contentDigest(record.devices),
        inOut: record.inOut,
        where: `${name} at byte ${offset}`,
      });
    }
  }
  return seen;
}

async function beamFiles(directory: string): Promise<string[]> {
  try {
    return (await readdir(directory)).filter(name => /\.mbeam\.raw(\.part)?$/.test(name));
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return [];
    throw thrown;
  }
}

const recordKey = ({ spillCount, inOut, time }: DecodedRecord): string =>
  triggerKey(`spill ${spillCount}`, inOut, time);
