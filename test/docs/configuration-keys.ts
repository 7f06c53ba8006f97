import { z } from 'zod';
import { actors } from '../../actors/index.ts';
import { configSchema } from '../../runtime/config/schema.ts';

/** As much of a JSON schema as ours uses. */
interface Node {
  readonly description?: string;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly required?: readonly string[];
  readonly items?: Node;
  /** Kinds of a section, each with keys of its own. */
  readonly oneOf?: readonly Node[];
}

/** A row of the page's table. */
export type KeyRow = readonly [key: string, standard: string, meaning: string];

/** Every key of the configuration file, in the order of the schema. */
export function configurationKeys(): KeyRow[] {
  const schema = z.toJSONSchema(configSchema(actors), { io: 'input', unrepresentable: 'any' }) as Node;
  return keysBelow(schema, '');
}

function keysBelow(node: Node, prefix: string): KeyRow[] {
  const { properties = {}, required = [] } = node;
  return Object.entries(properties).flatMap(([name, child]): KeyRow[] => {
    const key = `${prefix}${name}`;
    const meaning = child.description ?? '';
    if (child.properties) return [[key, 'section', meaning], ...keysBelow(child, `${key}.`)];
    const kinds = child.oneOf?.flatMap(kind => keysBelow(kind, `${key}.`)) ?? [];
    if (kinds.length > 0) {
      const first = new Map(kinds.toReversed().map(row => [row[0], row]));
      return [[key, 'section', meaning], ...kinds.filter(row => first.get(row[0]) === row)];
    }
    const row: KeyRow = [key, standardOf(child, required.includes(name)), meaning];
    return child.items?.properties ? [row, ...keysBelow(child.items, `${key}[].`)] : [row];
  });
}

const standardOf = (node: Node, needed: boolean): string => {
  if (node.default !== undefined) return `\`${JSON.stringify(node.default)}\``;
  return needed ? 'needed' : 'none';
};
