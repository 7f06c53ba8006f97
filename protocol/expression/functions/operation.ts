import type { Compiled, Compiler, Form } from '../compiled.ts';
import {
  fieldOfCounter,
  fieldOfFigure,
  fieldOfLatency,
  HEALTH_FIELDS,
  LATENCY_FIGURES,
} from '../health-fields.ts';
import type { Call, Node } from '../node.ts';
import { finite, notANumber } from '../operators.ts';
import { readHealth, readPrevious } from '../reading.ts';
import { suggestion } from '../words.ts';

/** The texts that a call is given, all written out: what is needed must be known before anything runs. */
export function literalTexts(call: Call, count: number, usage: string, compiler: Compiler): string[] {
  const texts = call.arguments.map(node => (node.kind === 'literal' ? node.value : undefined));
  if (texts.length !== count || texts.some(text => typeof text !== 'string'))
    compiler.fail(call, `${compiler.text(call)} is not understood; accepted: ${usage}, with texts in quotes`);
  return texts.map(String);
}

function oneOf<Word extends string>(
  word: string,
  words: readonly Word[],
  at: Node,
  compiler: Compiler,
): Word {
  const found = words.find(candidate => candidate === word);
  return found ?? compiler.fail(at, `"${word}" is not told by actors; accepted: ${words.join(', ')}`);
}

function checkActor(actor: string, call: Call, compiler: Compiler): void {
  const { actors } = compiler.names;
  if (actors && !actors.has(actor))
    compiler.fail(call, `no actor is called "${actor}"${suggestion(actor, actors)}`);
}

/** What a call reads of the heartbeats; undefined when it is no call of that kind. */
function healthOf(node: Node, compiler: Compiler): { actor: string; field: string } | undefined {
  if (node.kind !== 'call') return undefined;
  const read = Object.hasOwn(HEALTH_CALLS, node.name) ? HEALTH_CALLS[node.name] : undefined;
  if (!read) return undefined;
  const [actor = '', ...words] = literalTexts(node, read.texts, read.usage, compiler);
  checkActor(actor, node, compiler);
  return { actor, field: read.field(words, node, compiler) };
}

interface HealthCall {
  readonly usage: string;
  readonly texts: number;
  field(words: readonly string[], node: Node, compiler: Compiler): string;
}

const HEALTH_CALLS: Readonly<Record<string, HealthCall>> = {
  health: {
    usage: "health('actor', 'field')",
    texts: 2,
    field: ([field = ''], node, compiler) => oneOf(field, HEALTH_FIELDS, node, compiler),
  },
  figure: { usage: "figure('actor', 'name')", texts: 2, field: ([name = '']) => fieldOfFigure(name) },
  counter: { usage: "counter('actor', 'name')", texts: 2, field: ([name = '']) => fieldOfCounter(name) },
  latency: {
    usage: "latency('actor', 'name', 'p99')",
    texts: 3,
    field: ([name = '', figure = ''], node, compiler) =>
      fieldOfLatency(name, oneOf(figure, LATENCY_FIGURES, node, compiler)),
  },
};

const compileHealth = (call: Call, compiler: Compiler): Compiled => {
  const { actor, field } = healthOf(call, compiler) ?? compiler.fail(call, 'not a figure of an actor');
  compiler.inputs.actor(actor, [field]);
  return {
    type: field === 'state' ? 'text' : 'number',
    run: environment => readHealth(environment, actor, field),
  };
};

/** What was read before of a device, or told before by an actor: the only memory that expressions have. */
function compilePrevious(call: Call, usage: string, compiler: Compiler): Compiled {
  const [node, ...others] = call.arguments;
  if (node?.kind === 'device' && others.length === 0) {
    const { type } = compiler.compile(node);
    compiler.inputs.device(node.name, true);
    return { type, run: environment => readPrevious(environment, node.name) };
  }
  const health = node && others.length === 0 ? healthOf(node, compiler) : undefined;
  if (!health) return compiler.fail(call, `${call.name} of something else; accepted: ${usage}`);
  compiler.inputs.actor(health.actor, [health.field], true);
  return {
    type: health.field === 'state' ? 'text' : 'number',
    run: environment => readHealth(environment, health.actor, health.field, true),
  };
}

const REMEMBERED = "a device, or a figure of an actor as counter('beam-monitor', 'refused')";

export const operation: Readonly<Record<string, Form>> = {
  ...Object.fromEntries(
    Object.entries(HEALTH_CALLS).map(([name, { usage }]) => [name, { usage, compile: compileHealth }]),
  ),
  mode: {
    usage: 'mode()',
    compile(call, compiler) {
      literalTexts(call, 0, this.usage, compiler);
      if (compiler.names.withoutMode)
        compiler.fail(call, 'the machine mode cannot be asked for where it is decided');
      compiler.inputs.mode();
      return { type: 'text', run: ({ scope }) => scope.mode };
    },
  },
  previous: {
    usage: 'previous(device)',
    compile: (call, compiler) => compilePrevious(call, `previous(x) of ${REMEMBERED}`, compiler),
  },
  change: {
    usage: 'change(device)',
    compile(call, compiler) {
      const before = compilePrevious(call, `change(x) of ${REMEMBERED}`, compiler);
      const [node = call] = call.arguments;
      if (before.type === 'text' || before.type === 'array')
        compiler.fail(call, `change of ${compiler.text(node)}, which is ${before.type}; accepted: a number`);
      const now = compiler.compile(node);
      return {
        type: 'number',
        run(environment) {
          const a = now.run(environment);
          if (typeof a !== 'number') return notANumber(a, compiler.text(node));
          const b = before.run(environment);
          if (typeof b !== 'number') return notANumber(b, compiler.text(node));
          return finite(a - b, compiler.text(call));
        },
      };
    },
  },
};
