import { SCALARS } from './scalars.ts';
import type { XmlRpcValue } from './values.ts';

/** Which elements may stand in an element. */
export type Content =
  /** Text only. */
  | { readonly kind: 'text' }
  /** These, in this order; the first `required` of them must be there. */
  | { readonly kind: 'sequence'; readonly names: readonly string[]; readonly required: number }
  /** Any number of this one. */
  | { readonly kind: 'many'; readonly name: string }
  /** One of these; none is allowed only where `text` may stand in its place. */
  | { readonly kind: 'choice'; readonly names: ReadonlySet<string>; readonly text: boolean };

export interface ElementRule {
  readonly name: string;
  readonly content: Content;
  /** Whether text may stand here. */
  readonly text: boolean;
  /** Of scalar elements: the value of their text, undefined where it has none. */
  readonly parse?: (text: string) => XmlRpcValue | undefined;
}

const sequence = (required: number, ...names: string[]): Content => ({ kind: 'sequence', names, required });
const many = (name: string): Content => ({ kind: 'many', name });
const choice = (names: Iterable<string>, text = false): Content => ({
  kind: 'choice',
  names: new Set(names),
  text,
});

const CONTENTS: Record<string, Content> = {
  methodCall: sequence(1, 'methodName', 'params'),
  methodName: { kind: 'text' },
  methodResponse: choice(['params', 'fault']),
  params: many('param'),
  param: sequence(1, 'value'),
  fault: sequence(1, 'value'),
  value: choice([...Object.keys(SCALARS), 'array', 'struct'], true),
  array: sequence(1, 'data'),
  data: many('value'),
  struct: many('member'),
  member: sequence(2, 'name', 'value'),
  name: { kind: 'text' },
};

/** What may stand at the top. */
export const DOCUMENT: ElementRule = {
  name: 'document',
  content: choice(['methodCall', 'methodResponse']),
  text: false,
};

/** Every element of XML-RPC by name; an element that is not here is not XML-RPC. */
export const ELEMENTS: ReadonlyMap<string, ElementRule> = new Map([
  ...Object.entries(CONTENTS).map(([name, content]): [string, ElementRule] => [
    name,
    { name, content, text: content.kind === 'text' || (content.kind === 'choice' && content.text) },
  ]),
  ...Object.entries(SCALARS).map(([name, parse]): [string, ElementRule] => [
    name,
    { name, content: { kind: 'text' }, text: true, parse },
  ]),
]);

/** Whether `name` may be the next child of an element that has `count` children. */
export function mayFollow(content: Content, count: number, name: string): boolean {
  if (content.kind === 'many') return content.name === name;
  if (content.kind === 'choice') return count === 0 && content.names.has(name);
  return content.kind === 'sequence' && content.names[count] === name;
}

/** What an element with `count` children still lacks, or undefined where it may end. */
export function lacks(content: Content, count: number): string | undefined {
  if (content.kind === 'sequence' && count < content.required) return `<${content.names[count]}>`;
  if (content.kind === 'choice' && count === 0 && !content.text) {
    return [...content.names].map(name => `<${name}>`).join(' or ');
  }
  return undefined;
}
