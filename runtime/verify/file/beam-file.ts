import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { HEADERS } from '../../../protocol/message.ts';
import { type DecodedRecord, decodeRecord, readBlocks } from '../../../protocol/raw-block/raw-block.ts';
import { eventTimeToMs, type Milliseconds } from '../../../protocol/time.ts';
import type { ResolvedConfig } from '../../config/resolve.ts';
import { parseOrigin } from '../../host/envelope.ts';
import type { Nats } from '../../host/nats.ts';
import { serverName, streamId } from '../../host/streams.ts';
import { filed, recordKey, recordsOf } from '../beam-files.ts';
import { type Finding, findingsAt, type Seen, UNREADABLE } from '../compare.ts';
import { disordered, sequencesOf } from '../order.ts';
import { readStream } from '../read-stream.ts';
import type { Packed } from '../sightings.ts';
import { stored } from '../store.ts';
import { againstManifest } from './against-manifest.ts';
import type { FileVerification } from './file-verification.ts';

/** A front end's clock may be ahead of ours by this much before its records are looked for too late in the stream. */
const STORED_BEFORE_MS: Milliseconds = 60_000;

interface InFile extends Seen {
  readonly offset: number;
  readonly size: number;
  readonly atMs: Milliseconds;
}

/**
 * Holds every record of a beam file, byte by byte, against SPILL and the store, and what these have of its time span against the file.
 * A record of that span which is in another file of the same directory is where it belongs: late ones go into the open file.
 */
export async function verifyBeamFile(
  config: ResolvedConfig,
  nats: Nats,
  path: string,
): Promise<FileVerification> {
  const name = basename(path);
  const { records, problems } = await recordsIn(path);
  const times = records.map(({ atMs }) => atMs);
  const fromMs = times.reduce((first, at) => Math.min(first, at), Number.POSITIVE_INFINITY);
  const toMs = times.reduce((last, at) => Math.max(last, at), Number.NEGATIVE_INFINITY);
  const findings: Finding[] = [...problems, ...(await againstManifest(path))];
  const span = Number.isFinite(fromMs) ? { fromMs, toMs } : undefined;
  if (!span) return { file: name, kind: 'beam', span, counts: { filed: 0 }, findings };

  const own = new Set(records.map(({ key }) => key));
  const { packed, begins } = await packedOf(nats, span, own);
  const mine = packed.filter(({ key }) => own.has(key));
  const others = packed.filter(({ key }) => !own.has(key));
  const elsewhere =
    others.length === 0
      ? new Set<string>()
      : new Set((await filed(dirname(path), new Map(), fromMs, toMs)).seen.map(({ key }) => key));
  const missing = others.filter(({ key }) => !elsewhere.has(key));
  // The stream keeps records for a time: what is older cannot be held against it.
  const held = records.filter(({ atMs }) => atMs >= begins);
  for (const finding of findingsAt(
    { stage: 'filed', seen: held },
    { stage: 'packed', seen: [...mine, ...missing] },
  ))
    findings.push(await withPlace(nats, path, finding, records, mine));
  const sequences = sequencesOf(mine, ({ fedAs }) => fedAs);
  findings.push(...disordered('filed', held, ({ key }) => sequences.get(key)));
  const inStore = await stored(config.store, await streamId(nats.jsm, nats.experiment, 'SPILL'), [
    ...mine,
    ...missing,
  ]);
  const rows = inStore.seen.filter(({ key }) => own.has(key));
  findings.push(...findingsAt({ stage: 'stored', seen: rows }, { stage: 'packed', seen: mine }));
  return {
    file: name,
    kind: 'beam',
    span,
    counts: {
      filed: records.length,
      packed: mine.length,
      stored: rows.length,
      beyondStream: records.length - held.length,
    },
    findings,
  };
}

async function recordsIn(path: string): Promise<{ records: InFile[]; problems: Finding[] }> {
  const name = basename(path);
  const records: InFile[] = [];
  const problems: Finding[] = [];
  for await (const found of recordsOf(readBlocks(createReadStream(path)), name.endsWith('.part'))) {
    const where = `${name} at byte ${found.offset}`;
    if ('problem' in found) {
      problems.push({
        kind: 'different',
        stage: 'filed',
        key: UNREADABLE,
        where: `${where}: ${found.problem}`,
      });
      continue;
    }
    const { record, bytes, offset } = found;
    const atMs = eventTimeToMs(record.time);
    records.push({
      key: recordKey(record),
      digest: sha256(bytes),
      inOut: record.inOut,
      where,
      offset,
      size: bytes.length,
      atMs,
    });
  }
  return { records, problems };
}

/** Records of the file's time span in SPILL, and those of the file wherever they are. */
async function packedOf(
  nats: Nats,
  { fromMs, toMs }: { readonly fromMs: Milliseconds; readonly toMs: Milliseconds },
  own: ReadonlySet<string>,
): Promise<{ packed: Packed[]; begins: Milliseconds }> {
  const packed: Packed[] = [];
  const { state } = await nats.jsm.streams.info(serverName(nats.experiment, 'SPILL'));
  const isWhole = state.first_seq <= 1;
  for await (const message of readStream(nats, 'SPILL', Math.max(0, fromMs - STORED_BEFORE_MS))) {
    const addressee = message.headers?.get(HEADERS.addressee);
    if (addressee) {
      const origin = parseOrigin(message.headers?.get(HEADERS.origin));
      const at = packed.findIndex(({ sequence }) => sequence === origin?.sequence);
      const first = packed[at];
      if (first && addressee === 'rotorooter-feed') packed[at] = { ...first, fedAs: message.seq };
      continue;
    }
    const record = decodedOrNothing(message.data);
    if (!record) continue;
    const key = recordKey(record);
    const atMs = eventTimeToMs(record.time);
    if (!own.has(key) && (atMs < fromMs || atMs > toMs)) continue;
    const digest = sha256(message.data);
    packed.push({
      key,
      digest,
      sha256: digest,
      record: key,
      inOut: record.inOut,
      where: `SPILL ${message.seq}`,
      sequence: message.seq,
      cause: undefined,
      fedAs: message.seq,
      triggeredAtMs: atMs,
    });
  }
  return { packed, begins: isWhole ? Number.NEGATIVE_INFINITY : Date.parse(state.first_ts) };
}

function decodedOrNothing(bytes: Uint8Array): DecodedRecord | undefined {
  try {
    return decodeRecord(bytes);
  } catch {
    return undefined;
  }
}

/** A difference with the byte at which it begins. */
async function withPlace(
  nats: Nats,
  path: string,
  finding: Finding,
  records: readonly InFile[],
  packed: readonly Packed[],
): Promise<Finding> {
  if (finding.kind !== 'different') return finding;
  const record = records.find(({ where }) => where === finding.where);
  const source = packed.find(({ key }) => key === finding.key);
  if (!record || !source) return finding;
  const name = serverName(nats.experiment, 'SPILL');
  const message = await nats.jsm.streams.getMessage(name, { seq: source.sequence });
  await using file = await open(path, 'r');
  const { buffer } = await file.read(new Uint8Array(record.size), 0, record.size, record.offset);
  const at = message ? buffer.findIndex((byte, index) => byte !== message.data[index]) : -1;
  return {
    ...finding,
    where: `${finding.where}: not as in ${source.where} from its byte ${Math.max(0, at)} on`,
  };
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
