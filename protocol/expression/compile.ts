import { AlarmStatus } from '../alarm/severity.ts';
import type { Milliseconds } from '../time.ts';
import { BOUNDS } from './bounds.ts';
import { compileCall } from './call.ts';
import type { Compiled, Compiler, Environment, Names } from './compiled.ts';
import { compileChoice } from './functions/choices.ts';
import { InputsGatherer, isConstant, NO_INPUTS } from './inputs.ts';
import { ExpressionInvalid } from './invalid.ts';
import type { DeviceNode, Element, Node, QuantityNode } from './node.ts';
import {
  compileArithmetic,
  compileComparison,
  compileLogical,
  compileNot,
  compileSign,
} from './operators.ts';
import { parse } from './parse.ts';
import { readDevice } from './reading.ts';
import type { Inputs, Scope } from './scope.ts';
import { isUnusable, unusable, type Value, type ValueType } from './value.ts';
import { suggestion } from './words.ts';

/** A whole expression, ready to be evaluated again and again. */
export interface CompiledExpression {
  readonly type: ValueType;
  readonly inputs: Inputs;
  readonly node: Node;
  evaluate(scope: Scope, staleMs: Milliseconds): Value;
}

/**
 * Checks an expression (names, numbers of arguments, types) and makes closures of it, once.
 * @param accepted types that it may have; any when left out
 * @throws ExpressionInvalid at the first mistake
 */
export function compileExpression(
  source: string,
  names: Names,
  accepted?: readonly ValueType[],
): CompiledExpression {
  const whole = new ExpressionCompiler(source, names);
  const node = parse(source);
  const compiled = accepted ? whole.compileAs(node, accepted, 'what it is for') : whole.compile(node);
  const gathered = whole.inputs.gathered();
  const budget = BOUNDS.operations - whole.nodes;
  return {
    type: compiled.type,
    inputs: isConstant(gathered) ? NO_INPUTS : gathered,
    node,
    evaluate(scope, staleMs) {
      const environment: Environment = { scope, staleMs, left: budget };
      const value = compiled.run(environment);
      return environment.left < 0
        ? unusable(AlarmStatus.disable, `${source} needs more than ${BOUNDS.operations} operations`)
        : value;
    },
  };
}

const TYPE_WORDS: Readonly<Record<ValueType, string>> = {
  number: 'a number',
  boolean: 'true or false',
  text: 'a text',
  array: 'an array',
  reading: 'a reading',
};

class ExpressionCompiler implements Compiler {
  readonly source: string;
  readonly names: Names;
  readonly inputs = new InputsGatherer();
  nodes = 0;
  #depth = 0;

  constructor(source: string, names: Names) {
    this.source = source;
    this.names = names;
  }

  compile(node: Node): Compiled {
    this.nodes++;
    if (++this.#depth > BOUNDS.treeDepth)
      this.fail(
        node,
        `more than ${BOUNDS.treeDepth} operators within each other; use sum(…), max(…) or quantities`,
      );
    const compiled = this.#compile(node);
    this.#depth--;
    return compiled;
  }

  #compile(node: Node): Compiled {
    if (node.kind === 'literal') return this.#literal(node.value);
    if (node.kind === 'device') return this.#device(node);
    if (node.kind === 'quantity') return this.#quantity(node);
    if (node.kind === 'element') return this.#element(node);
    if (node.kind === 'logical') return compileLogical(node, this);
    if (node.kind === 'arithmetic') return compileArithmetic(node, this);
    if (node.kind === 'comparison') return compileComparison(node, this);
    if (node.kind === 'call') return compileCall(node, this);
    if (node.kind === 'unary')
      return node.operator === '-' ? compileSign(node.operand, this) : compileNot(node.operand, this);
    return compileChoice(node.condition, node.whenTrue, node.otherwise, node, this);
  }

  compileAs(node: Node, accepted: readonly ValueType[], what: string): Compiled {
    const compiled = this.compile(node);
    const fits =
      accepted.includes(compiled.type) ||
      (compiled.type === 'reading' && (accepted.includes('number') || accepted.includes('array')));
    if (fits) return compiled;
    const words = accepted.map(type => TYPE_WORDS[type]).join(' or ');
    return this.fail(node, `${this.text(node)} is ${TYPE_WORDS[compiled.type]} where ${what} needs ${words}`);
  }

  fail(node: Node, problem: string): never {
    throw new ExpressionInvalid(node.start, problem);
  }

  text(node: Node): string {
    const text = this.source.slice(node.start, node.end);
    return text.length > 60 ? `${text.slice(0, 57)}…` : text;
  }

  #literal(value: number | boolean | string): Compiled {
    const type = typeof value === 'number' ? 'number' : typeof value === 'boolean' ? 'boolean' : 'text';
    return { type, run: () => value };
  }

  #device(node: DeviceNode): Compiled {
    const { devices } = this.names;
    const known = devices?.get(node.name);
    if (devices && !known)
      this.fail(node, `${node.name} is not in the device list${suggestion(node.name, devices.keys())}`);
    this.inputs.device(node.name);
    return {
      type: known ? (known.length > 1 ? 'array' : 'number') : 'reading',
      run: environment => readDevice(environment, node.name),
    };
  }

  /** Quantities are compiled in an order in which each finds those it is made from; each is calculated once a moment. */
  #quantity(node: QuantityNode): Compiled {
    const quantity = this.names.quantities.get(node.name);
    if (!quantity && this.names.broken?.has(node.name))
      throw new ExpressionInvalid(node.start, `${node.name} has a mistake of its own`, true);
    if (!quantity)
      return this.fail(
        node,
        `no quantity is called ${node.name}${suggestion(node.name, this.names.quantities.keys())}`,
      );
    const { expression } = quantity;
    if (this.names.withoutMode && expression.inputs.mode)
      this.fail(
        node,
        `${node.name} asks for the machine mode, which cannot be asked for where it is decided`,
      );
    this.inputs.add(expression.inputs);
    this.inputs.quantity(node.name);
    return {
      type: expression.type,
      run({ scope, staleMs }) {
        let memo = scope.memo.get(staleMs);
        if (!memo) scope.memo.set(staleMs, (memo = new Map()));
        let value = memo.get(node.name);
        if (value === undefined) memo.set(node.name, (value = expression.evaluate(scope, staleMs)));
        return value;
      },
    };
  }

  #element(node: Element): Compiled {
    const array = this.compileAs(node.array, ['array', 'number'], 'an element');
    const index = this.compileAs(node.index, ['number'], 'an element');
    this.#checkIndex(node);
    return {
      type: 'number',
      run: environment => {
        const values = array.run(environment);
        if (isUnusable(values)) return values;
        const at = index.run(environment);
        if (isUnusable(at)) return at;
        const value = typeof values === 'number' && at === 0 ? values : elementOf(values, at);
        if (typeof value === 'number' && Number.isFinite(value)) return value;
        return unusable(
          AlarmStatus.calc,
          `${this.text(node.array)}[${String(at)}] is ${value ?? 'not there'}`,
        );
      },
    };
  }

  #checkIndex({ array, index }: Element): void {
    const negative = index.kind === 'unary' && index.operator === '-' && index.operand.kind === 'literal';
    if (index.kind !== 'literal' && !negative) return;
    const length = array.kind === 'device' ? this.names.devices?.get(array.name)?.length : undefined;
    const value = index.kind === 'literal' ? Number(index.value) : -1;
    if (Number.isInteger(value) && value >= 0 && value < (length ?? Number.POSITIVE_INFINITY)) return;
    this.fail(
      index,
      `${this.text(array)} has no element ${this.text(index)}; accepted: ${length === undefined ? 'whole numbers from 0' : `0 to ${length - 1}`}`,
    );
  }
}

const elementOf = (values: Value, at: Value): number | undefined =>
  Array.isArray(values) && typeof at === 'number' ? values[at] : undefined;
