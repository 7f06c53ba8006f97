import { SpillwayError } from '../errors.ts';
import { type BankType, bankElements, type Elements, TYPES } from './bank-type.ts';

/** Bytes between the event's header and its first bank: size of all banks, flags. */
export const BANKS_HEADER_BYTES = 8;

/** How a bank's header is written; one kind per event. `32a` lets data start at a multiple of 64 bits. */
export const BankKind = { narrow: '16', wide: '32', aligned: '32a' } as const;
export type BankKind = (typeof BankKind)[keyof typeof BankKind];

/**
 * Flags of the event and length of a bank's header, by kind:
 *
 *     16    name 4 | type u16 | size u16
 *     32    name 4 | type u32 | size u32
 *     32a   name 4 | type u32 | size u32 | reserved u32
 *
 * Bit 0 is the version of the format, bit 4 says 32-bit sizes, bit 5 aligned data.
 */
export const BANK_KINDS = {
  '16': { flags: 0x01, headerBytes: 8 },
  '32': { flags: 0x11, headerBytes: 12 },
  '32a': { flags: 0x31, headerBytes: 16 },
} as const satisfies Record<BankKind, { flags: number; headerBytes: number }>;

/** One bank. `bytes` is a view into the event, padding left out. */
export interface Bank {
  /** 1 to 4 printable ASCII characters. */
  readonly name: string;
  readonly type: BankType;
  readonly bytes: Uint8Array;
}

/** Bytes that a bank's data takes: the next multiple of 8. */
export const padded = (bytes: number): number => Math.ceil(bytes / 8) * 8;

/** The most banks that an event may have: `BANKLIST_MAX` of `midas.h`. */
export const MAX_BANKS = 4096;

/** Trailing bytes that an event may have behind its banks: some front ends round its size up. */
export const MAX_TRAILING_BYTES = 7;

/**
 * The banks of a data event's body, in order; names may repeat.
 * @throws SpillwayError MIDAS_MALFORMED when sizes, flags or names contradict each other
 */
export function decodeBanks(body: Uint8Array): { kind: BankKind; banks: Bank[] } {
  if (body.byteLength < BANKS_HEADER_BYTES)
    throw malformed(`a body of ${body.byteLength} bytes has no banks`);
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const end = BANKS_HEADER_BYTES + view.getUint32(0, true);
  const kind = kindOf(view.getUint32(4, true));
  if (end > body.byteLength || body.byteLength - end > MAX_TRAILING_BYTES)
    throw malformed(`${end - BANKS_HEADER_BYTES} bytes of banks in a body of ${body.byteLength}`);
  const { headerBytes } = BANK_KINDS[kind];
  const banks: Bank[] = [];
  for (let at = BANKS_HEADER_BYTES; at < end; ) {
    if (banks.length === MAX_BANKS) throw malformed(`more than ${MAX_BANKS} banks`);
    const start = at + headerBytes;
    if (start > end) throw malformed(`bank ${banks.length + 1} has no room for its header`);
    const name = nameOf(body, at);
    const narrow = kind === BankKind.narrow;
    const type = narrow ? view.getUint16(at + 4, true) : view.getUint32(at + 4, true);
    const size = narrow ? view.getUint16(at + 6, true) : view.getUint32(at + 8, true);
    at = start + padded(size);
    if (at > end)
      throw malformed(`bank ${name}: ${size} bytes and padding, ${end - start} are left in the event`);
    banks.push({ name, type, bytes: body.subarray(start, start + size) });
  }
  return { kind, banks };
}

/** The first bank of a name. */
export const findBank = (banks: readonly Bank[], name: string): Bank | undefined =>
  banks.find(bank => bank.name === name);

/**
 * A bank's values: of the type it states, or of the one that is expected here.
 * @throws SpillwayError MIDAS_MALFORMED for another type than expected, or no whole number of values
 */
export function bankValues(bank: Bank): Elements;
export function bankValues(bank: Bank, expected: 4): Uint16Array;
export function bankValues(bank: Bank, expected: 6): Uint32Array;
export function bankValues(bank: Bank, expected: 9): Float32Array;
export function bankValues(bank: Bank, expected: 10): Float64Array;
export function bankValues(bank: Bank, expected: BankType = bank.type): Elements {
  if (bank.type !== expected)
    throw malformed(`bank ${bank.name} is of type ${typeName(bank.type)}, ${typeName(expected)} expected`);
  const values = bankElements(bank.type, bank.bytes);
  if (!values) throw malformed(`bank ${bank.name}: ${bank.bytes.byteLength} bytes of ${typeName(bank.type)}`);
  return values;
}

function kindOf(flags: number): BankKind {
  for (const kind of Object.values(BankKind)) if (BANK_KINDS[kind].flags === flags) return kind;
  throw malformed(`flags are 0x${flags.toString(16)}, 0x1, 0x11 and 0x31 are known`);
}

/** Names of less than four characters end with NUL. */
function nameOf(body: Uint8Array, at: number): string {
  let name = '';
  for (let index = 0; index < 4; index++) {
    const code = body[at + index] ?? 0;
    if (code === 0 && index > 0 && body.subarray(at + index, at + 4).every(byte => byte === 0)) break;
    if (code < 0x20 || code > 0x7e)
      throw malformed(`${Buffer.from(body.subarray(at, at + 4)).toString('hex')} is not the name of a bank`);
    name += String.fromCharCode(code);
  }
  return name;
}

const typeName = (type: BankType): string => TYPES[type]?.name ?? `${type}`;

const malformed = (reason: string): SpillwayError => new SpillwayError('MIDAS_MALFORMED', reason);
