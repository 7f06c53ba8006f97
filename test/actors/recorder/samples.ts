import { z } from 'zod';

type Path = readonly (string | number)[];
type Node = z.core.JSONSchema.BaseSchema;

/** A field of a body that is not made of further ones, and another value that its schema allows there. */
interface Leaf {
  readonly path: Path;
  readonly other: unknown;
}

/** A message body as its schema allows it, with every optional field. */
export interface Sample {
  readonly body: unknown;
  readonly leaves: readonly Leaf[];
}

/** One sample per branch of the schema's outermost union; of unions further in, the first branch. */
export function samplesOf(schema: z.ZodType): Sample[] {
  const root: Node = z.toJSONSchema(schema, { io: 'output', unrepresentable: 'any' });
  return (root.oneOf ?? root.anyOf ?? [root]).map(branch => {
    const leaves: Leaf[] = [];
    return { body: grow(branch, [], leaves), leaves };
  });
}

function grow(node: Node, path: Path, leaves: Leaf[]): unknown {
  const first = (node.oneOf ?? node.anyOf)?.[0];
  if (first) return grow(first, path, leaves);
  if (node.type === 'object') {
    const properties = node.properties ?? { word: node.additionalProperties };
    return Object.fromEntries(
      Object.entries(properties).map(([key, child]) => [key, grow(child as Node, [...path, key], leaves)]),
    );
  }
  if (node.type === 'array') return [grow(node.items as Node, [...path, 0], leaves)];
  // A word that has one value only tells nothing.
  if (node.const !== undefined) return node.const;
  const [value, other] = valuesOf(node, leaves.length);
  leaves.push({ path, other });
  return value;
}

function valuesOf({ enum: words, type, format }: Node, number: number): readonly [unknown, unknown] {
  if (words) return [words[0], words[1]];
  if (type === 'boolean') return [false, true];
  if (type === 'integer' || type === 'number') return [1000 + number, 1_000_000 + number];
  const uuid = (version: number) => `${10_000_000 + number}-0000-4000-8000-00000000000${version}`;
  return format === 'uuid' ? [uuid(1), uuid(2)] : [`text-${number}`, `other-${number}`];
}

/** The body with one of its leaves made different. */
export function altered(body: unknown, { path, other }: Leaf): unknown {
  if (path.length === 0) return other;
  const [key, ...rest] = path;
  const inner = { path: rest, other };
  if (Array.isArray(body)) return body.map((item, index) => (index === key ? altered(item, inner) : item));
  const fields = body as Record<string, unknown>;
  return { ...fields, [String(key)]: altered(fields[String(key)], inner) };
}
