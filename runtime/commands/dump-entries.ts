import { asSpillwayError } from '../../protocol/errors.ts';
import {
  type Block,
  type BlockId,
  type DecodedDevice,
  joinRecord,
  Major,
  type StreamedBlock,
} from '../../protocol/raw-block/raw-block.ts';
import { InOut } from '../../protocol/subjects.ts';
import type { EventTime } from '../../protocol/time.ts';

/** One thing to print: a block, or a problem found in the place of one. */
export type Entry = { readonly file: string; readonly offset: number; readonly bytes: number } & (
  | { readonly block: 'header'; readonly id: BlockId; readonly spillCount: number; readonly time: EventTime }
  | {
      readonly block: 'payload';
      readonly id: BlockId;
      /** From the header block before it. */
      readonly spillCount: number | null;
      readonly time: EventTime | null;
      readonly inOut: InOut;
      readonly devices: readonly DecodedDevice[];
    }
  | { readonly block: 'unknown'; readonly id: BlockId; readonly words: number }
  | { readonly problem: string; readonly reason: string }
);

/** Which records to print; all of them when both are undefined. */
export interface Selection {
  readonly spill: number | undefined;
  readonly devices: ReadonlySet<string> | undefined;
}

/** Counted whether printed or not. */
export interface Totals {
  in: number;
  out: number;
  problems: number;
}

/** Blocks with what the header before them says, and the problems between them. */
export async function* entriesOf(
  file: string,
  blocks: AsyncIterable<StreamedBlock>,
): AsyncGenerator<Entry, void, undefined> {
  let header: (Block & { kind: 'header' }) | undefined;
  for await (const streamed of blocks) {
    const at = { file, offset: streamed.offset, bytes: streamed.bytes.byteLength };
    if (streamed.kind === 'problem') {
      yield { ...at, problem: streamed.problem, reason: streamed.reason };
      header = undefined;
      continue;
    }
    const { block } = streamed;
    if (header && block.kind !== 'payload') yield { ...at, problem: 'BLOCK_MALFORMED', reason: NO_PAYLOAD };
    switch (block.kind) {
      case 'header':
        yield { ...at, block: 'header', id: block.id, spillCount: block.spillCount, time: block.time };
        header = block;
        break;
      case 'payload': {
        const problem = mismatch(header, block);
        if (problem) yield { ...at, problem: 'BLOCK_MALFORMED', reason: problem };
        const inOut = block.id.major === Major.payloadOut ? InOut.out : InOut.in;
        const { spillCount, time } = header ?? { spillCount: null, time: null };
        yield { ...at, block: 'payload', id: block.id, spillCount, time, inOut, devices: block.devices };
        header = undefined;
        break;
      }
      case 'unknown':
        yield { ...at, block: 'unknown', id: block.id, words: block.words };
        header = undefined;
        break;
    }
  }
}

const NO_PAYLOAD = 'the header block before is not followed by a payload block';

/** Why the two do not make a record. */
function mismatch(header: Block | undefined, payload: Block): string | undefined {
  if (!header) return 'no header block before this payload block';
  try {
    joinRecord(header, payload);
    return undefined;
  } catch (thrown) {
    return asSpillwayError(thrown).message;
  }
}

/** What was asked for. A header is held back until its payload shows whether the record is wanted. */
export async function* select(
  entries: AsyncIterable<Entry>,
  { spill, devices }: Selection,
  totals: Totals,
): AsyncGenerator<Entry, void, undefined> {
  const filtered = spill !== undefined || devices !== undefined;
  let header: Entry | undefined;
  for await (const entry of entries) {
    if ('problem' in entry) {
      totals.problems++;
      yield entry;
    } else if (entry.block === 'header') {
      header = entry;
      if (!filtered) yield entry;
    } else if (entry.block === 'payload') {
      totals[entry.inOut]++;
      const wanted = devices ? entry.devices.filter(({ name }) => devices.has(name)) : entry.devices;
      if (spill !== undefined && entry.spillCount !== spill) continue;
      if (devices && wanted.length === 0) continue;
      if (filtered && header) yield header;
      yield { ...entry, devices: wanted };
    } else if (!filtered) {
      yield entry;
    }
  }
}
