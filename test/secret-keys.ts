import { z } from 'zod';
import { actors } from '../actors/index.ts';
import { configSchema } from '../runtime/config/schema.ts';

/** As much of a JSON schema as ours uses. */
interface Node {
  readonly properties?: Readonly<Record<string, Node>>;
  readonly additionalProperties?: Node | boolean;
  readonly items?: Node;
  readonly anyOf?: readonly Node[];
  readonly oneOf?: readonly Node[];
}

/**
 * Every key of the configuration that names a secret by `secret()`, from the schema: `nats.password`; `*` stands for a name or a kind
 * of one's own, as in `actors.alarm-dispatcher.channels.*.url`.
 */
export function secretKeys(): string[] {
  const schema = z.toJSONSchema(configSchema(actors), { io: 'input', unrepresentable: 'any' }) as Node;
  return [...new Set(below(schema, []))].toSorted();
}

function below(node: Node, path: readonly string[]): string[] {
  const kinds = [...(node.anyOf ?? []), ...(node.oneOf ?? [])];
  if (['env', 'file'].every(key => kinds.some(({ properties }) => properties?.[key])))
    return [path.join('.')];
  const { additionalProperties: more } = node;
  return [
    ...Object.entries(node.properties ?? {}).flatMap(([key, child]) => below(child, [...path, key])),
    ...(typeof more === 'object' ? below(more, [...path, '*']) : []),
    ...(node.items ? below(node.items, [...path, '*']) : []),
    ...kinds.flatMap(kind => below(kind, path)),
  ];
}
