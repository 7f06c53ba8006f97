import { ClickHouseError } from '@clickhouse/client';
import { asSpillwayError, SpillwayError } from '../../protocol/errors.ts';

/**
 * Codes that say that the *data* does not fit: the same rows can never be taken. Everything else (no connection,
 * no memory, too many parts, a table that is not there, a password that is wrong) is the store's condition, which
 * somebody mends, and no reason to give up data.
 */
const DATA_DOES_NOT_FIT: ReadonlySet<string> = new Set([
  '6', // CANNOT_PARSE_TEXT
  '26', // CANNOT_PARSE_QUOTED_STRING
  '27', // CANNOT_PARSE_INPUT_ASSERTION_FAILED
  '33', // CANNOT_READ_ALL_DATA
  '38', // CANNOT_PARSE_DATE
  '41', // CANNOT_PARSE_DATETIME
  '53', // TYPE_MISMATCH
  '69', // ARGUMENT_OUT_OF_BOUND
  '72', // CANNOT_PARSE_NUMBER
  '117', // INCORRECT_DATA
  '128', // TOO_LARGE_ARRAY_SIZE
  '131', // TOO_LARGE_STRING_SIZE
  '321', // VALUE_IS_OUT_OF_RANGE_OF_DATA_TYPE
  '407', // DECIMAL_OVERFLOW
  '469', // VIOLATED_CONSTRAINT
  '691', // UNKNOWN_ELEMENT_OF_ENUM
]);

/** Anything thrown by the client as STORE_AWAY (try again) or STORE_REFUSED (never), with `what` was attempted. */
export function storeError(thrown: unknown, what: string): SpillwayError {
  if (thrown instanceof SpillwayError) return thrown;
  const message = thrown instanceof Error ? thrown.message || thrown.name : String(thrown);
  const refused = thrown instanceof ClickHouseError && DATA_DOES_NOT_FIT.has(thrown.code);
  const code = thrown instanceof ClickHouseError ? ` (code ${thrown.code})` : '';
  return new SpillwayError(refused ? 'STORE_REFUSED' : 'STORE_AWAY', `${what}: ${message}${code}`, {
    cause: thrown,
  });
}

/** Codes of ClickHouse that somebody looks for. */
export const ClickHouseCode = { unknownTable: '60', accessDenied: '497' } as const;

/** The code that the store gave to what was thrown. */
export function codeOf(thrown: unknown): string | undefined {
  const { cause } = asSpillwayError(thrown);
  return cause instanceof ClickHouseError ? cause.code : undefined;
}
