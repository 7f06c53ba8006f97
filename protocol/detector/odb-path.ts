import { type OdbTree, odbValue } from '../midas/odb.ts';

/** `/Equipment/HV/Variables/Demand[5]`: names from the root, then an element of an array where there is a number. */
export const ODB_PATH = /^(?:\/[^/[\]]+)+(?:\[\d{1,6}\])?$/;

const INDEX = /^(.*)\[(\d+)\]$/;

/** What stands at a path with or without an index. */
function valueAt(tree: OdbTree, path: string): unknown {
  const [, array, index] = INDEX.exec(path) ?? [];
  if (array === undefined) return odbValue(tree, path);
  const values = odbValue(tree, array);
  return Array.isArray(values) ? (values as readonly unknown[])[Number(index)] : undefined;
}

/** Unsigned numbers as MIDAS writes them, e.g. `0x0000002a`. */
const HEXADECIMAL = /^0x[0-9a-f]{1,16}$/i;

/** The value at a path; undefined where there is none, or a directory or an array. NaN and infinities stay the text that they are. */
export function conditionAt(tree: OdbTree, path: string): string | number | boolean | undefined {
  const value = valueAt(tree, path);
  if (typeof value === 'string') return HEXADECIMAL.test(value) ? Number(value) : value;
  return typeof value === 'number' || typeof value === 'boolean' ? value : undefined;
}
