import { AlarmStatus } from '../../alarm/severity.ts';
import type { Compiled, Compiler, Form } from '../compiled.ts';
import type { Call, Node } from '../node.ts';
import { isUnusable, type Unusable, unusable, type Value, type ValueType } from '../value.ts';

/** The type that values of both types have; a reading becomes what it is used with. */
function joined(types: readonly ValueType[]): ValueType | undefined {
  const definite = [...new Set(types.filter(type => type !== 'reading'))];
  if (definite.length > 1) return undefined;
  const [type] = definite;
  if (type === undefined) return 'reading';
  if (!types.includes('reading')) return type;
  return type === 'number' || type === 'array' ? 'reading' : undefined;
}

function compileAlike(
  nodes: readonly Node[],
  compiler: Compiler,
  at: Node,
): { all: Compiled[]; type: ValueType } {
  const all = nodes.map(node => compiler.compile(node));
  const types = all.map(({ type }) => type);
  const type = joined(types);
  if (!type) compiler.fail(at, `may be ${[...new Set(types)].join(' or ')}; accepted: values of one kind`);
  return { all, type };
}

export function compileChoice(
  condition: Node,
  then: Node,
  otherwise: Node,
  at: Node,
  compiler: Compiler,
): Compiled {
  const when = compiler.compileAs(condition, ['boolean'], 'a choice');
  const { all, type } = compileAlike([then, otherwise], compiler, at);
  const [first, second] = all;
  return {
    type,
    run(environment) {
      const holds = when.run(environment);
      if (isUnusable(holds)) return holds;
      return (holds ? first : second)?.run(environment) ?? OVER_BUDGET;
    },
  };
}

const OVER_BUDGET: Unusable = unusable(AlarmStatus.disable, 'over budget');

/** A rule at fault must not hide behind a value that stands in for it. */
const catchable = (value: Value): value is Unusable =>
  isUnusable(value) && value.status !== AlarmStatus.disable;

const exactly = (call: Call, count: number, usage: string, compiler: Compiler): void => {
  if (call.arguments.length !== count)
    compiler.fail(call, `${call.name} with ${call.arguments.length} arguments; accepted: ${usage}`);
};

export const choices: Readonly<Record<string, Form>> = {
  if: {
    usage: 'if(condition, then, otherwise)',
    compile(call, compiler) {
      exactly(call, 3, this.usage, compiler);
      const [condition = call, then = call, otherwise = call] = call.arguments;
      return compileChoice(condition, then, otherwise, call, compiler);
    },
  },
  orElse: {
    usage: 'orElse(a, b, …)',
    compile(call, compiler) {
      if (call.arguments.length < 2) exactly(call, 2, this.usage, compiler);
      const { all, type } = compileAlike(call.arguments, compiler, call);
      return {
        type,
        run(environment) {
          let value: Value = OVER_BUDGET;
          for (const one of all) {
            value = one.run(environment);
            if (!catchable(value)) return value;
          }
          return value;
        },
      };
    },
  },
  usable: {
    usage: 'usable(x)',
    compile(call, compiler) {
      exactly(call, 1, this.usage, compiler);
      const [inner] = call.arguments.map(node => compiler.compile(node));
      return {
        type: 'boolean',
        run(environment) {
          const value = inner?.run(environment) ?? OVER_BUDGET;
          // What is still waited for is neither: nothing can be said of it yet.
          return isUnusable(value) && (value.waiting || !catchable(value)) ? value : !isUnusable(value);
        },
      };
    },
  },
};
