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

/** One sample per branch of the schema's outermost union, and per branch of those further in, all in step. */
export function samplesOf(schema: z.ZodType): Sample[] {
  const root: Node = z.toJSONSchema(schema, { io: 'output', unrepresentable: 'any' });
  return branchesOf(root).flatMap(branch =>
    Array.from({ length: mostBranches(branch) }, (_, form) => {
      const leaves: Leaf[] = [];
      return { body: grow(branch, [], leaves, form), leaves };
    }),
  );
}

/** What a node may be, but null. */
const branchesOf = (node: Node): readonly Node[] =>
  (node.oneOf ?? node.anyOf)?.filter(({ type }) => type !== 'null') ?? [node];

const childrenOf = ({ properties, additionalProperties, items }: Node): Readonly<Record<string, Node>> =>
  (properties ?? { word: additionalProperties, item: items }) as Record<string, Node>;

function mostBranches(node: Node | undefined): number {
  if (typeof node !== 'object') return 1;
  const branches = branchesOf(node);
  const inner = branches[0] === node ? Object.values(childrenOf(node)) : branches;
  return Math.max(branches.length, ...inner.map(mostBranches));
}

function grow(node: Node, path: Path, leaves: Leaf[], form: number): unknown {
  const branches = branchesOf(node);
  const branch = branches[Math.min(form, branches.length - 1)];
  if (branch && branch !== node) return grow(branch, path, leaves, form);
  if (node.type === 'object') {
    const properties = node.properties ?? { word: node.additionalProperties };
    return Object.fromEntries(
      Object.entries(properties).map(([key, child]) => [
        key,
        grow(child as Node, [...path, key], leaves, form),
      ]),
    );
  }
  if (node.type === 'array')
    return Array.from({ length: node.minItems ?? 1 }, (_, index) =>
      grow(node.items as Node, [...path, index], leaves, form),
    );
  // A word that has one value only tells nothing.
  if (node.const !== undefined) return node.const;
  const [value, other] = valuesOf(node, leaves.length);
  leaves.push({ path, other });
  return value;
}

function valuesOf(
  { enum: words, type: types, format, pattern, maximum = Number.POSITIVE_INFINITY }: Node,
  number: number,
): readonly [unknown, unknown] {
  const all = [types].flat();
  const type = all.includes('string') ? 'string' : all[0];
  if (words) return [words[0], words[1]];
  if (type === 'boolean') return [false, true];
  if (type === 'integer' || type === 'number') {
    const [value, other] = [1000 + number, 1_000_000 + number];
    return maximum >= other ? [value, other] : maximum >= value ? [number, value] : [0, 1];
  }
  if (pattern?.includes('sha256')) return [digest('a', number), digest('b', number)];
  const uuid = (version: number) => `${10_000_000 + number}-0000-4000-8000-00000000000${version}`;
  return format === 'uuid' ? [uuid(1), uuid(2)] : [`text-${number}`, `other-${number}`];
}

const digest = (digit: string, number: number): string => `sha256:${String(number).padStart(64, digit)}`;

/** The body with one of its leaves made different. */
export function altered(body: unknown, { path, other }: Leaf): unknown {
  if (path.length === 0) return other;
  const [key, ...rest] = path;
  const inner = { path: rest, other };
  if (Array.isArray(body)) return body.map((item, index) => (index === key ? altered(item, inner) : item));
  const fields = body as Record<string, unknown>;
  return { ...fields, [String(key)]: altered(fields[String(key)], inner) };
}
