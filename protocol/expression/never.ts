import type { Comparison, ComparisonOperator, Node } from './node.ts';

/** What a value may be, by the comparisons it must all satisfy. */
interface Interval {
  low: number;
  high: number;
  /** The end itself is left out. */
  lowOpen: boolean;
  highOpen: boolean;
}

const MIRRORED: Readonly<Record<ComparisonOperator, ComparisonOperator>> = {
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
  '==': '==',
  '!=': '!=',
};

/**
 * The value of which an expression asks the impossible, as `x` in `x > 5 and x < 3`; undefined when there is none. Looks at
 * comparisons with numbers that must hold together, not at what functions may come to.
 */
export function impossible(node: Node, source: string): string | undefined {
  if (node.kind === 'logical' && node.operator === 'or') {
    const left = impossible(node.left, source);
    return left !== undefined && impossible(node.right, source) !== undefined ? left : undefined;
  }
  const intervals = new Map<string, Interval>();
  for (const [value, operator, bound] of demands(node, source)) {
    const interval = intervals.get(value) ?? {
      low: Number.NEGATIVE_INFINITY,
      high: Number.POSITIVE_INFINITY,
      lowOpen: false,
      highOpen: false,
    };
    intervals.set(value, interval);
    narrow(interval, operator, bound);
    if (isEmpty(interval)) return value;
  }
  return undefined;
}

type Demand = readonly [value: string, operator: ComparisonOperator, bound: number];

function demands(node: Node, source: string): Demand[] {
  if (node.kind === 'logical' && node.operator === 'and')
    return [...demands(node.left, source), ...demands(node.right, source)];
  return node.kind === 'comparison' ? demandsOf(node, source) : [];
}

function demandsOf({ operands, operators }: Comparison, source: string): Demand[] {
  const found: Demand[] = [];
  for (const [index, operator] of operators.entries()) {
    const [left, right] = [operands[index], operands[index + 1]];
    if (!left || !right) continue;
    const [a, b] = [numberOf(left), numberOf(right)];
    if (a === undefined && b !== undefined) found.push([textOf(left, source), operator, b]);
    if (a !== undefined && b === undefined) found.push([textOf(right, source), MIRRORED[operator], a]);
  }
  return found;
}

function numberOf(node: Node): number | undefined {
  if (node.kind === 'literal' && typeof node.value === 'number') return node.value;
  if (node.kind !== 'unary' || node.operator !== '-') return undefined;
  const operand = numberOf(node.operand);
  return operand === undefined ? undefined : -operand;
}

const textOf = ({ start, end }: Node, source: string): string =>
  source.slice(start, end).replaceAll(/\s+/g, ' ');

function narrow(interval: Interval, operator: ComparisonOperator, bound: number): void {
  const open = operator === '<' || operator === '>';
  if (operator === '<' || operator === '<=' || operator === '==') {
    if (bound < interval.high) interval.highOpen = open;
    else if (bound === interval.high) interval.highOpen ||= open;
    interval.high = Math.min(interval.high, bound);
  }
  if (operator === '>' || operator === '>=' || operator === '==') {
    if (bound > interval.low) interval.lowOpen = open;
    else if (bound === interval.low) interval.lowOpen ||= open;
    interval.low = Math.max(interval.low, bound);
  }
}

const isEmpty = ({ low, high, lowOpen, highOpen }: Interval): boolean =>
  low > high || (low === high && (lowOpen || highOpen));
