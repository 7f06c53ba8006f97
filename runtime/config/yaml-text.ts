import {
  type Alias,
  type Document,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  visit,
} from 'yaml';
import type { z } from 'zod';

/** Line and column count from 1. */
export interface TextPlace {
  readonly line: number;
  readonly column: number;
}

/** A mistake that stands at a place of a text. */
export interface TextProblem extends TextPlace {
  readonly message: string;
}

/** A YAML text that knows where everything in it stands. */
export interface YamlText {
  readonly document: Document;
  /** What keeps it from being YAML, keys written twice included; when there is any, the rest is not to be used. */
  readonly broken: readonly TextProblem[];
  /**
   * Where the value at `path` stands; for a missing one, its nearest parent that is there.
   * @param index a character of a text, which is pointed at where it stands in the file as it is in the value
   */
  readonly placeOf: (path: readonly PropertyKey[], index?: number) => TextPlace;
}

export function readYamlText(text: string): YamlText {
  const lines = new LineCounter();
  // The parser compares every key with every other: keys written twice are found below, and with both places.
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: false });
  const at = (offset: number): TextPlace => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const children = new WeakMap<Node, Map<string, Node>>();
  const childOf = (node: Node | null, key: PropertyKey): Node | undefined => {
    if (isSeq(node)) {
      const item = node.items[Number(key)];
      return isNode(item) ? item : undefined;
    }
    if (!isMap(node)) return undefined;
    let index = children.get(node);
    if (!index) children.set(node, (index = indexOf(node.items)));
    return index.get(String(key));
  };
  return {
    document,
    broken:
      document.errors.length > 0
        ? document.errors.map(error => ({
            ...at(error.pos[0]),
            message: error.message.split('\n')[0]?.replace(/ at line \d+, column \d+:?$/, '') ?? 'not YAML',
          }))
        : [...repeatedKeys(document, at), ...brokenAliases(document, at)],
    placeOf(path, index) {
      let node: Node | undefined = document.contents ?? undefined;
      let found = node;
      for (const key of path) {
        node = node && childOf(node, key);
        if (!node?.range) break;
        found = node;
      }
      const start = found?.range?.[0] ?? 0;
      return at(start + (node?.range && index !== undefined ? shift(text, node, index) : 0));
    },
  };
}

const indexOf = (items: readonly Pair[]): Map<string, Node> =>
  new Map(
    items.flatMap(({ key, value }): [string, Node][] => {
      if (!isScalar(key)) return [];
      // A key without a value stands for itself.
      const node = isNode(value) && value.range ? value : key;
      return [[String(key.value), node]];
    }),
  );

/** Where character `index` of a text's value is, counted from where the text begins in the file. */
function shift(text: string, node: Node, index: number): number {
  if (!isScalar(node) || typeof node.value !== 'string' || !node.range) return 0;
  const [start] = node.range;
  const { value } = node;
  if (text.startsWith(value, start)) return index;
  return text.startsWith(value, start + 1) ? index + 1 : 0;
}

function repeatedKeys(document: Document, at: (offset: number) => TextPlace): TextProblem[] {
  const problems: TextProblem[] = [];
  visit(document, {
    Map(_, map) {
      const first = new Map<unknown, TextPlace>();
      for (const { key } of map.items) {
        if (!isScalar(key)) continue;
        const place = at(key.range?.[0] ?? 0);
        const before = first.get(key.value);
        if (!before) first.set(key.value, place);
        else
          problems.push({
            ...place,
            message: `${String(key.value)} stands at ${before.line}:${before.column} already`,
          });
      }
    },
  });
  return problems;
}

/** `*name` without an anchor before it, and aliases that stand for so much that resolving them would never end. */
function brokenAliases(document: Document, at: (offset: number) => TextPlace): TextProblem[] {
  const aliases: Alias[] = [];
  visit(document, { Alias: (_, alias) => void aliases.push(alias) });
  const place = (alias: Alias | undefined): TextPlace => at(alias?.range?.[0] ?? 0);
  const unset = aliases.filter(alias => alias.resolve(document) === undefined);
  if (unset.length > 0)
    return unset.map(alias => ({
      ...place(alias),
      message: `*${alias.source}: no &${alias.source} stands before it`,
    }));
  if (aliases.length === 0) return [];
  try {
    document.toJS();
    return [];
  } catch (thrown) {
    return [{ ...place(aliases[0]), message: thrown instanceof Error ? thrown.message : String(thrown) }];
  }
}

export interface FlatIssue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** Unknown keys become one problem each, at the key itself; a union tells the problems of its likeliest branch. */
export function flattenIssue(issue: z.core.$ZodIssue): FlatIssue[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map(key => ({ path: [...issue.path, key], message: 'this key is not known here' }));
  }
  if (issue.code === 'invalid_union') {
    const branch = issue.errors.toSorted((a, b) => depth(b) - depth(a))[0];
    if (branch && depth(branch) > 0) {
      return branch.map(inner => ({ path: [...issue.path, ...inner.path], message: inner.message }));
    }
  }
  return [issue];
}

const depth = (issues: readonly FlatIssue[]): number =>
  Math.max(0, ...issues.map(issue => issue.path.length));
