import { type FileHandle, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { contentDigest } from '../../protocol/content-digest.ts';
import { asSpillwayError } from '../../protocol/errors.ts';
import {
  type Block,
  type DecodedRecord,
  joinRecord,
  readBlocks,
  type StreamedBlock,
} from '../../protocol/raw-block/raw-block.ts';
import { eventTimeToMs } from '../../protocol/time.ts';
import { type Finding, type Seen, triggerKey, UNREADABLE } from './compare.ts';

const PART = '.part';

/** What ties a packed record to the one in a file. */
export const recordKey = ({
  spillCount,
  inOut,
  time,
}: Pick<DecodedRecord, 'spillCount' | 'inOut' | 'time'>): string =>
  triggerKey(`spill ${spillCount}`, inOut, time);

export interface Filed {
  readonly seen: readonly Seen[];
  /** Bytes that are no record, in files whose block times reach into the range, or where nothing can be read. */
  readonly findings: readonly Finding[];
}

/**
 * Records in the beam files of a directory, the one being written included, one block in memory at a time. A record that no
 * packed one accounts for counts when its block time is in the range: it should not be there.
 *
 * @param keys trigger keys of the packed records, by `recordKey`
 */
export async function filed(
  directory: string,
  keys: ReadonlyMap<string, string>,
  fromMs: number,
  toMs: number,
): Promise<Filed> {
  const seen: Seen[] = [];
  const findings: Finding[] = [];
  for await (const { name, file } of openBeamFiles(directory)) {
    const problems: Finding[] = [];
    const times = { first: Number.POSITIVE_INFINITY, last: Number.NEGATIVE_INFINITY };
    for await (const found of recordsOf(readBlocks(file.createReadStream()), name.endsWith(PART))) {
      const where = `${name} at byte ${found.offset}`;
      if ('problem' in found) {
        const { problem } = found;
        problems.push({
          kind: 'different',
          stage: 'filed',
          key: UNREADABLE,
          where: `${where}: ${problem}`,
        });
        continue;
      }
      const { record } = found;
      const own = recordKey(record);
      const timeMs = eventTimeToMs(record.time);
      times.first = Math.min(times.first, timeMs);
      times.last = Math.max(times.last, timeMs);
      const key = keys.get(own) ?? (timeMs >= fromMs && timeMs <= toMs ? own : undefined);
      if (key === undefined) continue;
      seen.push({ key, digest: contentDigest(record.devices), inOut: record.inOut, where });
    }
    const nothingReadable = times.first > times.last;
    if (nothingReadable || (times.first <= toMs && times.last >= fromMs)) findings.push(...problems);
  }
  return { seen, findings };
}

type Found = { readonly offset: number } & (
  | { readonly record: DecodedRecord; readonly bytes: Uint8Array }
  | { readonly problem: string }
);

/** Records, and what stands in the place of some. The end of a file being written may be torn. */
export async function* recordsOf(
  blocks: AsyncIterable<StreamedBlock>,
  isOpen: boolean,
): AsyncGenerator<Found> {
  let header: { readonly offset: number; readonly block: Block; readonly bytes: Uint8Array } | undefined;
  let told = false;
  for await (const item of blocks) {
    const { offset } = item;
    if (item.kind === 'problem') {
      if (item.problem !== 'torn' || !isOpen) yield { offset, problem: `${item.problem}, ${item.reason}` };
      header = undefined;
      told = true;
      continue;
    }
    const { block, bytes } = item;
    if (header && block.kind === 'payload') yield joined(header, block, bytes);
    else if (header) yield { offset: header.offset, problem: NO_PAYLOAD };
    // The payload of a header that was told of already needs no second line.
    else if (block.kind === 'payload' && !told) yield { offset, problem: 'a payload block without header' };
    header = block.kind === 'header' ? { offset, block, bytes } : undefined;
    told = false;
  }
  if (header && !isOpen) yield { offset: header.offset, problem: NO_PAYLOAD };
}

const NO_PAYLOAD = 'a header block without payload';

function joined(
  { offset, block, bytes }: { readonly offset: number; readonly block: Block; readonly bytes: Uint8Array },
  payload: Block,
  payloadBytes: Uint8Array,
): Found {
  try {
    return { offset, record: joinRecord(block, payload), bytes: Buffer.concat([bytes, payloadBytes]) };
  } catch (thrown) {
    return { offset, problem: asSpillwayError(thrown).message };
  }
}

/** Every beam file once, in the order of names, also where one gets its final name meanwhile or goes to the archive. */
async function* openBeamFiles(
  directory: string,
): AsyncGenerator<{ readonly name: string; readonly file: FileHandle }> {
  const names = await unlessGone(readdir(directory));
  const visited = new Set<bigint>();
  for (const listed of (names ?? []).toSorted()) {
    if (!/\.mbeam\.raw(\.part)?$/.test(listed)) continue;
    const final = listed.endsWith(PART) ? listed.slice(0, -PART.length) : listed;
    for (const name of new Set([listed, final])) {
      await using file = await unlessGone(open(join(directory, name)));
      if (!file) continue;
      const { ino } = await file.stat({ bigint: true });
      if (visited.has(ino)) break;
      visited.add(ino);
      yield { name, file };
      break;
    }
  }
}

async function unlessGone<T>(attempt: Promise<T>): Promise<T | undefined> {
  try {
    return await attempt;
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return undefined;
    throw thrown;
  }
}
