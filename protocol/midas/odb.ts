import { textOf } from './text.ts';

/** Directories of the ODB as objects. Beside each value `x` stands `x/key`, which describes it. */
export type OdbTree = Readonly<Record<string, unknown>>;

/** The online database as a run's first or last event has it: a tree, or its text and why it cannot be read. */
export type Odb =
  | { readonly kind: 'tree'; readonly tree: OdbTree; readonly mended: boolean }
  | { readonly kind: 'unreadable'; readonly text: string; readonly reason: string };

const isDirectory = (value: unknown): value is OdbTree =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Reads an ODB dump in JSON. Nothing is thrown: a run whose dump cannot be read is a run all the same.
 *
 * Two things that MIDAS writes are not JSON and are mended: control characters within strings, and, where its program runs
 * under a language with a decimal comma, numbers such as `6,6584000000000003e+01` (that is why CYGNO's failed dump of May 2023
 * failed). Dumps in XML or in the `.odb` notation are not read.
 */
export function readOdb(dump: Uint8Array): Odb {
  const text = textOf(dump);
  const asItIs = treeOf(text);
  if (asItIs.tree) return { kind: 'tree', tree: asItIs.tree, mended: false };
  const { tree } = treeOf(mend(text));
  return tree ? { kind: 'tree', tree, mended: true } : { kind: 'unreadable', text, reason: asItIs.reason };
}

function treeOf(text: string): { tree: OdbTree } | { tree: null; reason: string } {
  try {
    const tree: unknown = JSON.parse(text);
    return isDirectory(tree) ? { tree } : { tree: null, reason: 'not a JSON object' };
  } catch (thrown) {
    return { tree: null, reason: thrown instanceof Error ? thrown.message : String(thrown) };
  }
}

/** Strings and what is between them. */
const PIECES = /"(?:[^"\\]|\\[^])*"|[^"]+/g;
/** A number as C prints it with `%e`: one digit before the comma, which a list's comma never stands right behind. */
const DECIMAL_COMMA = /(?<![\w.,])(-?\d),(\d+e[+-]\d+)/g;

const mend = (text: string): string =>
  text.replace(PIECES, piece =>
    piece.startsWith('"')
      ? // oxlint-disable-next-line no-control-regex
        piece.replace(/[\u0000-\u001f]/g, code => `\\u${code.charCodeAt(0).toString(16).padStart(4, '0')}`)
      : piece.replace(DECIMAL_COMMA, '$1.$2'),
  );

/** The value at a path such as `/Runinfo/Run number`, in the spelling of the dump. */
export function odbValue(tree: OdbTree, path: string): unknown {
  let value: unknown = tree;
  for (const name of path.split('/').filter(part => part !== '')) {
    if (!isDirectory(value) || !Object.hasOwn(value, name)) return undefined;
    value = value[name];
  }
  return value;
}

/** A number at a path. MIDAS writes unsigned ones as `"0x0000002a"`, and NaN and infinities as words. */
export function odbNumber(tree: OdbTree, path: string): number | undefined {
  const value = odbValue(tree, path);
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'number') return value;
  return typeof value === 'string' && value.startsWith('0x') ? Number(value) : undefined;
}

export function odbText(tree: OdbTree, path: string): string | undefined {
  const value = odbValue(tree, path);
  return typeof value === 'string' ? value : undefined;
}
