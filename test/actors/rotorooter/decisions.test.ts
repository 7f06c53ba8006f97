import { execFileSync } from 'node:child_process';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { adler32 } from '../../../actors/rotorooter/adler32.ts';
import { decodeJournal, ENTRY_BYTES, encodeEntry, judge } from '../../../actors/rotorooter/journal.ts';
import { baseName, chooseName } from '../../../actors/rotorooter/naming.ts';
import { rollReason } from '../../../actors/rotorooter/roll.ts';

const time = (seconds: number) => ({ seconds, nanoseconds: 0 });

test('a file is named by UTC, as the files of MINOS were', () => {
  expect(baseName(time(Date.UTC(2015, 4, 12) / 1000))).toBe('B150512_000000');
  expect(baseName(time(0xffff_ffff))).toBe('B060207_062815');
});

test('a taken name gets the next number before its type suffix', () => {
  expect(chooseName('B1', [])).toBe('B1.mbeam.raw');
  expect(chooseName('B1', ['B1.mbeam.raw'])).toBe('B1.1.mbeam.raw');
  expect(chooseName('B1', ['B1.mbeam.raw.part', 'B1.1.mbeam.raw.manifest.json'])).toBe('B1.2.mbeam.raw');
});

test.each([
  ['the last second of a period', 14_399, 10, undefined],
  ['the first second of the next', 14_400, 10, 'time'],
  ['a record that is late', 1, 10, undefined],
  ['a record that just fits', 8000, 50, undefined],
  ['a record that does not', 8000, 51, 'size'],
])('%s', (_, seconds, size, reason) => {
  const file = { firstTime: time(7200), bytes: 950 };
  expect(rollReason({ hours: 4, bytes: 1000 }, file, { time: time(seconds), size })).toBe(reason);
});

test('Adler-32 is that of zlib, in one piece or many', () => {
  const bytes = Buffer.from(Array.from({ length: 20_000 }, (_, index) => ((index * 31) % 256) | 0xf0));
  const program = 'import sys, zlib; print(zlib.adler32(sys.stdin.buffer.read()))';
  const oracle = Number(execFileSync('python3', ['-c', program], { input: bytes, encoding: 'utf8' }));
  expect(adler32(bytes)).toBe(oracle);
  expect(adler32(bytes.subarray(777), adler32(bytes.subarray(0, 777)))).toBe(oracle);
});

const anyEntry = fc.record({
  source: fc.integer({ min: 1, max: 0xffff_ffff }),
  size: fc.integer({ min: 1, max: 0xffff_ffff }),
  sequence: fc.maxSafeNat(),
  syncedBefore: fc.maxSafeNat(),
  crc: fc.integer({ min: 0, max: 0xffff_ffff }),
});

test('journal entries come back, a damaged one as missing, a torn one not at all', () => {
  fc.assert(
    fc.property(fc.array(anyEntry, { minLength: 1, maxLength: 5 }), fc.nat(), (entries, place) => {
      const bytes = new Uint8Array(entries.length * ENTRY_BYTES);
      for (const [index, entry] of entries.entries()) encodeEntry(bytes, index * ENTRY_BYTES, entry);
      expect(decodeJournal(bytes)).toEqual(entries);
      const torn = place % ENTRY_BYTES;
      expect(decodeJournal(bytes.subarray(0, bytes.length - 1 - torn))).toEqual(entries.slice(0, -1));
      const flipped = place % bytes.length;
      bytes[flipped] = (bytes[flipped] ?? 0) ^ 0x10;
      expect(decodeJournal(bytes)[Math.floor(flipped / ENTRY_BYTES)]).toBeUndefined();
    }),
  );
});

test('a crash never costs a synced record, whatever it leaves of the batch behind', () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 6 });
  const survivors = fc.array(fc.tuple(fc.boolean(), fc.boolean()), { minLength: 4, maxLength: 4 });
  fc.assert(
    fc.property(sizes, survivors, (batches, survivors) => {
      const journal: ReturnType<typeof decodeJournal> = [];
      for (const size of batches) {
        const syncedBefore = journal.length;
        for (let n = 0; n < size; n++) {
          journal.push({ source: 1, size: 1, sequence: journal.length + 1, syncedBefore, crc: 0 });
        }
      }
      const synced = journal.length - (batches.at(-1) ?? 0);
      // Of the last batch, entries and records reach the disk in any combination.
      const records = journal.map((_, index) => index < synced || survivors[index - synced]?.[0] === true);
      const left = journal.map((entry, index) =>
        index < synced || survivors[index - synced]?.[1] === true ? entry : undefined,
      );
      const whole = left.findIndex((entry, index) => !entry || !records[index]);
      const expected = whole < 0 ? journal.length : whole;
      expect(judge(left, index => records[index] === true)).toEqual({ kind: 'keep', entries: expected });
      expect(expected).toBeGreaterThanOrEqual(synced);
    }),
  );
});

test('a bad record before one of a later batch is damage, not a tear', () => {
  const entry = (syncedBefore: number) => ({ source: 1, size: 1, sequence: 1, syncedBefore, crc: 0 });
  const journal = [entry(0), entry(0), entry(2)];
  expect(judge(journal, index => index !== 1)).toEqual({ kind: 'damaged', entry: 1, synced: 2 });
  expect(judge([entry(0), undefined, entry(2)], () => true)).toEqual({
    kind: 'damaged',
    entry: 1,
    synced: 2,
  });
  expect(judge(journal, index => index !== 2)).toEqual({ kind: 'keep', entries: 2 });
});
