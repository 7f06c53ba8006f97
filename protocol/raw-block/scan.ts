import type { SpillwayError } from '../errors.ts';
import { type DecodedRecord, takeRecord } from './record.ts';

/** What a piece of a file holds. */
export interface Scan {
  readonly records: readonly {
    readonly offset: number;
    readonly size: number;
    readonly record: DecodedRecord;
  }[];
  /** Offset just after the last whole record: where a file with a torn tail is to be cut. */
  readonly end: number;
  /** What follows `end`: nothing, the beginning of a record (a torn tail), or something that is not a record. */
  readonly tail:
    | { readonly kind: 'none' }
    | { readonly kind: 'torn'; readonly bytes: number; readonly needed: number }
    | { readonly kind: 'bad'; readonly bytes: number; readonly error: SpillwayError };
}

/** Reads records back to back from the start of `bytes`, up to the first that is not whole and well. */
export function scanRecords(bytes: Uint8Array): Scan {
  const records: { offset: number; size: number; record: DecodedRecord }[] = [];
  let end = 0;
  while (end < bytes.byteLength) {
    const taken = takeRecord(bytes, end);
    const left = bytes.byteLength - end;
    if (taken.kind === 'more')
      return { records, end, tail: { kind: 'torn', bytes: left, needed: taken.needed } };
    if (taken.kind === 'bad') return { records, end, tail: { kind: 'bad', bytes: left, error: taken.error } };
    records.push({ offset: end, size: taken.size, record: taken.record });
    end += taken.size;
  }
  return { records, end, tail: { kind: 'none' } };
}
