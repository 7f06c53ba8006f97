import { AlarmStatus } from '../alarm/severity.ts';
import type { Compiled, Compiler } from './compiled.ts';
import type {
  Arithmetic,
  ArithmeticOperator,
  Comparison,
  ComparisonOperator,
  Logical,
  Node,
} from './node.ts';
import { isUnusable, type Plain, type Unusable, unusable, type Value } from './value.ts';

const CALCULATE: Readonly<Record<ArithmeticOperator, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
};

const COMPARE: Readonly<Record<ComparisonOperator, (a: Plain, b: Plain) => boolean>> = {
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
};

/** Why a value is no number where one is needed. */
export const notANumber = (value: Value, text: string): Unusable =>
  isUnusable(value)
    ? value
    : unusable(
        AlarmStatus.calc,
        Array.isArray(value)
          ? `${text} has ${value.length} values where one is needed`
          : `${text} is not a number`,
      );

/** A finite number, or why there is none. */
export const finite = (value: number, text: string): Value =>
  Number.isFinite(value)
    ? value
    : unusable(AlarmStatus.calc, `${text} cannot be calculated: it comes to ${value}`);

export function compileArithmetic(node: Arithmetic, compiler: Compiler): Compiled {
  const left = compiler.compileAs(node.left, ['number'], `"${node.operator}"`);
  const right = compiler.compileAs(node.right, ['number'], `"${node.operator}"`);
  const calculate = CALCULATE[node.operator];
  const divides = node.operator === '/' || node.operator === '%';
  const text = compiler.text(node);
  return {
    type: 'number',
    run(environment) {
      const a = left.run(environment);
      if (typeof a !== 'number') return notANumber(a, compiler.text(node.left));
      const b = right.run(environment);
      if (typeof b !== 'number') return notANumber(b, compiler.text(node.right));
      if (divides && b === 0) return unusable(AlarmStatus.calc, `${text} divides by zero`);
      return finite(calculate(a, b), text);
    },
  };
}

export function compileSign(operand: Node, compiler: Compiler): Compiled {
  const inner = compiler.compileAs(operand, ['number'], '"-"');
  return {
    type: 'number',
    run(environment) {
      const value = inner.run(environment);
      return typeof value === 'number' ? -value : notANumber(value, compiler.text(operand));
    },
  };
}

export function compileNot(operand: Node, compiler: Compiler): Compiled {
  const inner = compiler.compileAs(operand, ['boolean'], '"not"');
  return {
    type: 'boolean',
    run(environment) {
      const value = inner.run(environment);
      return isUnusable(value) ? value : !value;
    },
  };
}

/** One usable side may decide alone, whatever is wrong with the other (Kleene's logic). */
export function compileLogical(node: Logical, compiler: Compiler): Compiled {
  const left = compiler.compileAs(node.left, ['boolean'], `"${node.operator}"`);
  const right = compiler.compileAs(node.right, ['boolean'], `"${node.operator}"`);
  const decisive = node.operator === 'or';
  return {
    type: 'boolean',
    run(environment) {
      const a = left.run(environment);
      if (a === decisive) return a;
      const b = right.run(environment);
      if (b === decisive || !isUnusable(a)) return b;
      return a;
    },
  };
}

export function compileComparison(node: Comparison, compiler: Compiler): Compiled {
  const onlyEqual = node.operators.every(operator => operator === '==' || operator === '!=');
  const accepted = onlyEqual ? (['number', 'text', 'boolean'] as const) : (['number'] as const);
  const operands = node.operands.map(operand => compiler.compileAs(operand, accepted, 'a comparison'));
  const kinds = new Set(operands.map(({ type }) => (type === 'reading' ? 'number' : type)));
  if (kinds.size > 1) compiler.fail(node, `compares ${[...kinds].join(' with ')}; accepted: two of a kind`);
  checkModes(node, compiler);
  const numeric = kinds.has('number');
  return {
    type: 'boolean',
    run(environment) {
      let before: Plain | undefined;
      for (const [index, operand] of operands.entries()) {
        const value = operand.run(environment);
        if (isUnusable(value)) return value;
        const at = node.operands[index];
        if (numeric && typeof value !== 'number') return notANumber(value, at ? compiler.text(at) : '');
        const operator = node.operators[index - 1];
        if (operator && before !== undefined && !COMPARE[operator](before, value)) return false;
        before = value;
      }
      return true;
    },
  };
}

/** `mode() == 'baem-on'` would never hold, and nobody would notice. */
function checkModes({ operands }: Comparison, compiler: Compiler): void {
  const { modes } = compiler.names;
  if (!modes || !operands.some(operand => operand.kind === 'call' && operand.name === 'mode')) return;
  for (const operand of operands)
    if (operand.kind === 'literal' && !modes.has(String(operand.value)))
      compiler.fail(
        operand,
        `no machine mode is called "${operand.value}"; accepted: ${[...modes].join(', ')}`,
      );
}
