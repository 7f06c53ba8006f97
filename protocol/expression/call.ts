import { AlarmStatus } from '../alarm/severity.ts';
import type { Compiled, Compiler, Form } from './compiled.ts';
import { arithmetic } from './functions/arithmetic.ts';
import { arrays } from './functions/arrays.ts';
import { beam } from './functions/beam.ts';
import { choices } from './functions/choices.ts';
import type { KnownArgument, ParameterType, PlainFunction } from './functions/function.ts';
import { operation } from './functions/operation.ts';
import { pots } from './functions/pot.ts';
import { profiles } from './functions/profile.ts';
import { times } from './functions/times.ts';
import type { Call, Node } from './node.ts';
import { finite, notANumber } from './operators.ts';
import { isUnusable, type Plain, type Unusable, unusable, type Value, type ValueType } from './value.ts';
import { suggestion } from './words.ts';

export const FUNCTIONS: ReadonlyMap<string, PlainFunction> = new Map(
  Object.entries({ ...arithmetic, ...arrays, ...beam, ...profiles }),
);

export const FORMS: ReadonlyMap<string, Form> = new Map(
  Object.entries({ ...choices, ...operation, ...pots, ...times }),
);

const ACCEPTED: Readonly<Record<ParameterType, readonly ValueType[]>> = {
  number: ['number'],
  text: ['text'],
  array: ['array'],
  numbers: ['number', 'array'],
};

export function compileCall(call: Call, compiler: Compiler): Compiled {
  const form = FORMS.get(call.name);
  if (form) return form.compile(call, compiler);
  const known = FUNCTIONS.get(call.name);
  if (known) return compilePlain(call, known, compiler);
  return compiler.fail(
    call,
    `no function is called ${call.name}${suggestion(call.name, [...FUNCTIONS.keys(), ...FORMS.keys()])}`,
  );
}

function compilePlain(call: Call, called: PlainFunction, compiler: Compiler): Compiled {
  const given = call.arguments;
  const least = called.parameters.length - (called.optional ?? 0);
  if (given.length < least || (given.length > called.parameters.length && !called.rest))
    compiler.fail(call, `${call.name} with ${given.length} arguments; accepted: ${called.usage}`);
  const types = given.map((_, index) => called.parameters[index] ?? called.rest ?? 'number');
  const compiled = given.map((node, index) =>
    compiler.compileAs(node, ACCEPTED[types[index] ?? 'number'], called.usage),
  );
  const problem = called.check?.(given.map(node => knownOf(node, compiler)));
  if (problem) compiler.fail(call, `${call.name}: ${problem}`);
  const text = compiler.text(call);
  return {
    type: called.result,
    run(environment) {
      const values: Plain[] = [];
      for (const [index, argument] of compiled.entries()) {
        const value = argument.run(environment);
        const wrong = unfit(value, types[index] ?? 'number', called, given[index], compiler);
        if (wrong) return wrong;
        values.push(value as Plain);
      }
      environment.left -= called.cost?.(values) ?? elements(values);
      if (environment.left < 0) return unusable(AlarmStatus.disable, 'over budget');
      const result = called.call(values);
      return typeof result === 'number' ? finite(result, text) : result;
    },
  };
}

/** Why a value cannot be given to a function: unusable, of another shape, or an array with a hole. */
function unfit(
  value: Value,
  type: ParameterType,
  called: PlainFunction,
  node: Node | undefined,
  compiler: Compiler,
): Unusable | undefined {
  if (typeof value === 'number' || typeof value === 'string') return undefined;
  if (isUnusable(value)) return value;
  if (type === 'number' || typeof value === 'boolean')
    return notANumber(value, node ? compiler.text(node) : '');
  if (called.ownElements) return undefined;
  const bad = value.findIndex(one => !Number.isFinite(one));
  return bad < 0
    ? undefined
    : unusable(AlarmStatus.calc, `element ${bad} of ${node ? compiler.text(node) : ''} is ${value[bad]}`);
}

const elements = (values: readonly Plain[]): number =>
  values.reduce<number>((sum, value) => sum + (typeof value === 'object' ? value.length : 1), 0);

function knownOf(node: Node, compiler: Compiler): KnownArgument {
  if (node.kind === 'literal') return { constant: node.value };
  if (node.kind === 'unary' && node.operator === '-' && node.operand.kind === 'literal')
    return { constant: -Number(node.operand.value) };
  const length = node.kind === 'device' ? compiler.names.devices?.get(node.name)?.length : undefined;
  return length === undefined ? {} : { length };
}
