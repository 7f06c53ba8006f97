import type { Milliseconds } from '../time.ts';
import type { InputsGatherer } from './inputs.ts';
import type { Node } from './node.ts';
import type { Inputs, Scope } from './scope.ts';
import type { Value, ValueType } from './value.ts';

/** What one evaluation has at hand. */
export interface Environment {
  readonly scope: Scope;
  readonly staleMs: Milliseconds;
  /** Operations left of the budget; below 0 the evaluation is over. */
  left: number;
}

/** A node of an expression, ready to run. */
export interface Compiled {
  readonly type: ValueType;
  run(environment: Environment): Value;
}

/** An expression that others use by a name. */
export interface NamedExpression {
  readonly expression: {
    readonly type: ValueType;
    readonly inputs: Inputs;
    evaluate(scope: Scope, staleMs: Milliseconds): Value;
  };
}

/** What an expression may name. Where nothing is known of a kind of name, every name of that kind is accepted. */
export interface Names {
  /** Elements of each device that is read out. */
  readonly devices?: ReadonlyMap<string, { readonly length: number }>;
  readonly triggers?: ReadonlySet<string>;
  readonly actors?: ReadonlySet<string>;
  readonly quantities: ReadonlyMap<string, NamedExpression>;
  /** Quantities that have a mistake of their own: whoever names them is not to blame. */
  readonly broken?: ReadonlySet<string>;
  readonly modes?: ReadonlySet<string>;
  /** Set where the machine mode itself is decided, and cannot be asked for. */
  readonly withoutMode?: boolean;
}

/** What the compilation of a node may use of the whole. */
export interface Compiler {
  readonly source: string;
  readonly names: Names;
  readonly inputs: InputsGatherer;
  compile(node: Node): Compiled;
  /** Compiles a node that must be of one of these types; `reading` may be a number or an array. */
  compileAs(node: Node, accepted: readonly ValueType[], what: string): Compiled;
  /** @throws ExpressionInvalid at this node */
  fail(node: Node, problem: string): never;
  text(node: Node): string;
}

/** A call that is more than a function of values: it looks at its arguments themselves. */
export interface Form {
  readonly usage: string;
  compile(call: Extract<Node, { kind: 'call' }>, compiler: Compiler): Compiled;
}
