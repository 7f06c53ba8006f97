import { createHash } from 'node:crypto';
import type { Expression, Quantity, Rule } from './rule.ts';

/**
 * What a rule does and says, as text: its expressions and the quantities they are made from by their text, places left out.
 */
function describe(rule: Omit<Rule, 'digest'>, quantities: ReadonlyMap<string, Quantity>): string {
  const { inputs, place: _, ...rest } = rule;
  const made = inputs.quantities.toSorted().map(name => [name, quantities.get(name)?.expression.text]);
  return JSON.stringify([rest, made], (_key, value: unknown) => {
    if (value instanceof Map) return [...value];
    if (value === Number.POSITIVE_INFINITY) return 'never';
    return isExpression(value) ? value.text : value;
  });
}

const isExpression = (value: unknown): value is Expression =>
  typeof value === 'object' && value !== null && 'evaluate' in value && 'text' in value;

/** Equal for rules that behave and read the same, wherever they stand. */
export const digestOf = (rule: Omit<Rule, 'digest'>, quantities: ReadonlyMap<string, Quantity>): string =>
  createHash('sha256').update(describe(rule, quantities)).digest('hex').slice(0, 16);
