/** The tree of an expression; `start` and `end` are characters of its text. */
export type Node =
  | Literal
  | DeviceNode
  | QuantityNode
  | Unary
  | Logical
  | Arithmetic
  | Comparison
  | Choice
  | Element
  | Call;

interface Span {
  readonly start: number;
  readonly end: number;
}

export interface Literal extends Span {
  readonly kind: 'literal';
  readonly value: number | boolean | string;
}

export interface DeviceNode extends Span {
  readonly kind: 'device';
  readonly name: string;
}

export interface QuantityNode extends Span {
  readonly kind: 'quantity';
  readonly name: string;
}

export interface Unary extends Span {
  readonly kind: 'unary';
  readonly operator: '-' | 'not';
  readonly operand: Node;
}

export interface Logical extends Span {
  readonly kind: 'logical';
  readonly operator: 'and' | 'or';
  readonly left: Node;
  readonly right: Node;
}

export type ArithmeticOperator = '+' | '-' | '*' | '/' | '%';

export interface Arithmetic extends Span {
  readonly kind: 'arithmetic';
  readonly operator: ArithmeticOperator;
  readonly left: Node;
  readonly right: Node;
}

export const COMPARISONS = ['<', '<=', '>', '>=', '==', '!='] as const;
export type ComparisonOperator = (typeof COMPARISONS)[number];

/** `a < b <= c` holds when each neighbouring pair does: one operator less than operands. */
export interface Comparison extends Span {
  readonly kind: 'comparison';
  readonly operands: readonly Node[];
  readonly operators: readonly ComparisonOperator[];
}

export interface Choice extends Span {
  readonly kind: 'choice';
  readonly condition: Node;
  readonly whenTrue: Node;
  readonly otherwise: Node;
}

export interface Element extends Span {
  readonly kind: 'element';
  readonly array: Node;
  readonly index: Node;
}

export interface Call extends Span {
  readonly kind: 'call';
  readonly name: string;
  readonly arguments: readonly Node[];
}

/** Names of the quantities in a tree, each once. */
export function quantitiesIn(root: Node): string[] {
  const names = new Set<string>();
  const left: Node[] = [root];
  for (let node = left.pop(); node; node = left.pop()) {
    if (node.kind === 'quantity') names.add(node.name);
    else left.push(...childrenOf(node));
  }
  return [...names];
}

function childrenOf(node: Node): readonly Node[] {
  if (node.kind === 'unary') return [node.operand];
  if (node.kind === 'logical' || node.kind === 'arithmetic') return [node.left, node.right];
  if (node.kind === 'comparison') return node.operands;
  if (node.kind === 'choice') return [node.condition, node.whenTrue, node.otherwise];
  if (node.kind === 'element') return [node.array, node.index];
  return node.kind === 'call' ? node.arguments : [];
}
