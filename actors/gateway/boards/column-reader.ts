import ipaddr from 'ipaddr.js';
import { argumentsAt } from '../../../dashboards/expand/sql-text.ts';
import { SpillwayError } from '../../../protocol/errors.ts';
import type { ColumnType } from '../../../protocol/panel-query.ts';
import type { Cursor } from './cursor.ts';

/** How a column of a type of ClickHouse is read, and what it is on the page. */
export interface ColumnReader {
  readonly type: ColumnType;
  /** The next value, as it travels in JSON. */
  readonly read: (cursor: Cursor) => unknown;
}

const DAY_MS = 86_400_000;

const of = (type: ColumnType, read: ColumnReader['read']): ColumnReader => ({ type, read });
const text = (read: (cursor: Cursor) => string): ColumnReader => of('string', read);

/** JSON has no NaN or infinities: they travel as text. */
const finite = (value: number): number | string => (Number.isFinite(value) ? value : String(value));
/** Beyond 2^53 a number would be another one. */
const whole = (value: bigint): number | string =>
  value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : String(value);
const integer = (bytes: number, signed: boolean): ColumnReader =>
  of('number', cursor => whole(cursor.integer(bytes, signed)));

/** The shortest decimal that is this single: 0.1, not 0.10000000149. */
function shortest(single: number): number | string {
  if (!Number.isFinite(single)) return String(single);
  for (const digits of [7, 8]) {
    const short = Number(single.toPrecision(digits));
    if (Math.fround(short) === single) return short;
  }
  return Number(single.toPrecision(9));
}

/** Without arguments; RowBinary of ClickHouse, "Data types binary encoding". */
const PLAIN: Readonly<Record<string, ColumnReader>> = {
  UInt8: of('number', c => c.bytes.readUInt8(c.skip(1))),
  UInt16: of('number', c => c.bytes.readUInt16LE(c.skip(2))),
  UInt32: of('number', c => c.bytes.readUInt32LE(c.skip(4))),
  Int8: of('number', c => c.bytes.readInt8(c.skip(1))),
  Int16: of('number', c => c.bytes.readInt16LE(c.skip(2))),
  Int32: of('number', c => c.bytes.readInt32LE(c.skip(4))),
  UInt64: of('number', c => whole(c.bytes.readBigUInt64LE(c.skip(8)))),
  Int64: of('number', c => whole(c.bytes.readBigInt64LE(c.skip(8)))),
  UInt128: integer(16, false),
  Int128: integer(16, true),
  UInt256: integer(32, false),
  Int256: integer(32, true),
  Float32: of('number', c => shortest(c.bytes.readFloatLE(c.skip(4)))),
  Float64: of('number', c => finite(c.bytes.readDoubleLE(c.skip(8)))),
  Bool: of('boolean', c => c.bytes.readUInt8(c.skip(1)) !== 0),
  String: text(c => c.text()),
  Date: of('time', c => c.bytes.readUInt16LE(c.skip(2)) * DAY_MS),
  Date32: of('time', c => c.bytes.readInt32LE(c.skip(4)) * DAY_MS),
  UUID: text(c => uuid(c.take(16))),
  IPv4: text(c => ipaddr.fromByteArray([...c.take(4)].toReversed()).toString()),
  IPv6: text(c => ipaddr.fromByteArray([...c.take(16)]).toString()),
  Nothing: of('string', () => null),
};

/** Two little-endian halves. */
function uuid(bytes: Buffer): string {
  const hex = [bytes.subarray(0, 8), bytes.subarray(8)]
    .map(half => Buffer.from(half.toReversed()).toString('hex'))
    .join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/** Bytes of a decimal, and the most digits that fit into them. */
const DECIMAL_BYTES: readonly (readonly [bytes: number, digits: number])[] = [
  [4, 9],
  [8, 18],
  [16, 38],
];

type Make = (args: readonly string[]) => ColumnReader;

const inner: Make = args => columnReader(args.at(-1) ?? '');

const MADE: Readonly<Record<string, Make>> = {
  LowCardinality: inner,
  SimpleAggregateFunction: inner,
  Nullable(args) {
    const { type, read } = inner(args);
    return of(type, c => (c.bytes.readUInt8(c.skip(1)) === 0 ? read(c) : null));
  },
  DateTime: () => of('time', c => c.bytes.readUInt32LE(c.skip(4)) * 1_000),
  DateTime64: ([digits]) => of('time', c => milliseconds(c.bytes.readBigInt64LE(c.skip(8)), Number(digits))),
  FixedString: ([length]) => text(c => c.take(Number(length)).toString('utf8').replace(/\0+$/, '')),
  Enum8: args => enumeration(args, c => c.bytes.readInt8(c.skip(1))),
  Enum16: args => enumeration(args, c => c.bytes.readInt16LE(c.skip(2))),
  Decimal([digits, scale]) {
    const [bytes] = DECIMAL_BYTES.find(([, most]) => Number(digits) <= most) ?? [32];
    return of('number', c => Number(c.integer(bytes, true)) / 10 ** Number(scale));
  },
  Array(args) {
    const { read } = inner(args);
    return of('array', c => Array.from({ length: c.varint() }, () => read(c)));
  },
  Map([key = '', value = '']) {
    const [ofKey, ofValue] = [columnReader(key), columnReader(value)];
    return of('map', c =>
      Object.fromEntries(Array.from({ length: c.varint() }, () => [String(ofKey.read(c)), ofValue.read(c)])),
    );
  },
  Tuple(args) {
    const readers = args.map(arg => columnReader(arg.replace(/^(?:`[^`]*`|\w+)\s+(?=\w)/, '')));
    return of('array', c => readers.map(({ read }) => read(c)));
  },
};

/** Ticks of 10^-digits s as milliseconds, microseconds in their fraction. */
const milliseconds = (ticks: bigint, digits: number): number =>
  digits > 6 ? Number(ticks / 10n ** BigInt(digits - 6)) / 1_000 : Number(ticks) / 10 ** (digits - 3);

function enumeration(args: readonly string[], read: (cursor: Cursor) => number): ColumnReader {
  const names = new Map(
    args.map(arg => {
      const [, name = '', value] = /^\s*'(.*)'\s*=\s*(-?\d+)\s*$/s.exec(arg) ?? [];
      return [Number(value), name.replaceAll(/\\(.)/gs, '$1')];
    }),
  );
  return text(cursor => names.get(read(cursor)) ?? '');
}

/** @throws SpillwayError QUERY_INVALID for a type that no panel can show */
export function columnReader(type: string): ColumnReader {
  const open = type.indexOf('(');
  const name = (open < 0 ? type : type.slice(0, open)).trim();
  const plain = open < 0 ? PLAIN[name] : undefined;
  if (plain) return plain;
  if (name.startsWith('Interval')) return integer(8, true);
  const args = open < 0 ? [] : argumentsAt(type, open)?.args.map(arg => arg.trim());
  const make = Object.hasOwn(MADE, name) ? MADE[name] : undefined;
  if (!make || !args) throw new SpillwayError('QUERY_INVALID', `a column of type ${type} cannot be shown`);
  return make(args);
}
