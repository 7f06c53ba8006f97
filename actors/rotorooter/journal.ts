import { crc32 } from 'node:zlib';

/** Bytes of one journal entry. */
export const ENTRY_BYTES = 32;

/**
 * One record of the file beside which the journal stands, in file order. Little-endian:
 *
 *     0        4       8             16              24         28           32
 *     | source | size  | sequence    | synced before | CRC-32   | CRC-32     |
 *     | u32    | u32   | u64         | u64           | of record| of entry   |
 */
export interface JournalEntry {
  /** Number of the source in the source table. */
  readonly source: number;
  /** Bytes of the record. */
  readonly size: number;
  readonly sequence: number;
  /** How many entries, with their records, were known to be synced to disk when this one was written. */
  readonly syncedBefore: number;
  /** CRC-32 of the record's bytes: ties the entry to what the file holds. */
  readonly crc: number;
}

export function encodeEntry(into: Uint8Array, start: number, entry: JournalEntry): void {
  const view = new DataView(into.buffer, into.byteOffset + start, ENTRY_BYTES);
  view.setUint32(0, entry.source, true);
  view.setUint32(4, entry.size, true);
  view.setBigUint64(8, BigInt(entry.sequence), true);
  view.setBigUint64(16, BigInt(entry.syncedBefore), true);
  view.setUint32(24, entry.crc, true);
  view.setUint32(28, crc32(into.subarray(start, start + ENTRY_BYTES - 4)), true);
}

/** The entries of a journal file; `undefined` in the place of one that is torn or damaged. */
export function decodeJournal(bytes: Uint8Array): (JournalEntry | undefined)[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const entries: (JournalEntry | undefined)[] = [];
  for (let start = 0; start + ENTRY_BYTES <= bytes.byteLength; start += ENTRY_BYTES) {
    const good = view.getUint32(start + 28, true) === crc32(bytes.subarray(start, start + ENTRY_BYTES - 4));
    entries.push(good ? decodeEntry(view, start) : undefined);
  }
  return entries;
}

const decodeEntry = (view: DataView, start: number): JournalEntry => ({
  source: view.getUint32(start, true),
  size: view.getUint32(start + 4, true),
  sequence: Number(view.getBigUint64(start + 8, true)),
  syncedBefore: Number(view.getBigUint64(start + 16, true)),
  crc: view.getUint32(start + 24, true),
});

/** What to do with a file and its journal after a crash. */
export type Verdict =
  /** Keep so many entries and the records they stand for, cut the rest: it was never acknowledged. */
  | { readonly kind: 'keep'; readonly entries: number }
  /** Records known to be synced are no longer as they were written: the disk lost them, nothing may be cut. */
  | { readonly kind: 'damaged'; readonly entry: number; readonly synced: number };

/**
 * Judges a journal after a crash.
 *
 * The writer puts records and entries of a batch into the two files, syncs both, and only then acknowledges
 * the batch and begins the next. So a crash can tear the last batch in any way, holes included, but no batch before
 * it; and which batch that is, the entries behind it tell by `syncedBefore`. A first bad entry at or behind that
 * mark is a tear. Before it, it is damage.
 * @param matches whether the file holds, in that entry's place, a record with the entry's checksum.
 */
export function judge(
  journal: readonly (JournalEntry | undefined)[],
  matches: (index: number) => boolean,
): Verdict {
  let synced = 0;
  for (const entry of journal) if (entry) synced = Math.max(synced, entry.syncedBefore);
  let good = 0;
  while (good < journal.length && journal[good] && matches(good)) good++;
  return good < synced ? { kind: 'damaged', entry: good, synced } : { kind: 'keep', entries: good };
}
