import { type CompiledExpression, compileExpression } from '../../../protocol/expression/compile.ts';
import type { Names } from '../../../protocol/expression/compiled.ts';
import { NO_INPUTS } from '../../../protocol/expression/inputs.ts';
import { ExpressionInvalid } from '../../../protocol/expression/invalid.ts';
import { impossible } from '../../../protocol/expression/never.ts';
import type { Scope } from '../../../protocol/expression/scope.ts';
import type { Value, ValueType } from '../../../protocol/expression/value.ts';
import { formatPlace, type Problems } from './problems.ts';
import type { Expression } from './rule.ts';
import type { Entry } from './sources.ts';

/** A world without anything in it, for expressions that ask for nothing. */
const NOTHING: Scope = {
  now: 0,
  resumedAt: 0,
  since: 0,
  mode: '',
  device: () => undefined,
  trigger: () => undefined,
  health: () => [],
  entry: () => undefined,
  gap: () => undefined,
  memo: new Map(),
};

/** The value that an expression always has; undefined when it depends on anything. */
export const constantOf = (expression: Expression): Value | undefined =>
  expression.inputs === NO_INPUTS ? expression.evaluate(NOTHING, Number.POSITIVE_INFINITY) : undefined;

const TRUTH: readonly ValueType[] = ['boolean'];

/** Compiles the expressions of a rule set; equal texts are compiled once and shared. */
export class Expressions {
  readonly names: Names;
  readonly warnings = new Set<string>();
  readonly #problems: Problems;
  readonly #compiled = new Map<string, CompiledExpression>();
  readonly #placed = new WeakMap<Entry, Map<string, Expression>>();

  constructor(names: Names, problems: Problems) {
    this.names = names;
    this.#problems = problems;
  }

  /**
   * The expression `text` that stands in `entry` at `path`; undefined when it is wrong, and the problems know why.
   * @param names what it may name, when that differs from the rest
   */
  of(
    entry: Entry,
    path: readonly PropertyKey[],
    text: string,
    accepted: readonly ValueType[],
    names: Names = this.names,
  ): Expression | undefined {
    let placed = this.#placed.get(entry);
    if (!placed) this.#placed.set(entry, (placed = new Map()));
    const key = `${path.join()} ${text}`;
    const known = placed.get(key);
    if (known) return known;
    try {
      const compiled = this.#compile(text, accepted, names);
      const { type, inputs } = compiled;
      const expression: Expression = {
        text,
        place: entry.at(path),
        type,
        inputs,
        evaluate: (scope, staleMs) => compiled.evaluate(scope, staleMs),
      };
      placed.set(key, expression);
      if (accepted === TRUTH) this.#warn(expression, compiled, entry.label(path));
      return expression;
    } catch (thrown) {
      if (!(thrown instanceof ExpressionInvalid)) throw thrown;
      if (!thrown.consequence) this.#tell(entry, path, text, thrown);
      return undefined;
    }
  }

  /** An expression that is true or false. */
  truth(entry: Entry, path: readonly PropertyKey[], text: string, names?: Names): Expression | undefined {
    return this.of(entry, path, text, TRUTH, names);
  }

  #compile(text: string, accepted: readonly ValueType[], names: Names): CompiledExpression {
    if (names !== this.names) return compileExpression(text, names, accepted);
    const key = `${accepted.join()} ${text}`;
    let compiled = this.#compiled.get(key);
    if (!compiled) this.#compiled.set(key, (compiled = compileExpression(text, names, accepted)));
    return compiled;
  }

  /** Points at the character, unless a template has moved it. */
  #tell(
    entry: Entry,
    path: readonly PropertyKey[],
    text: string,
    { index, problem }: ExpressionInvalid,
  ): void {
    const value = path.reduce<unknown>(
      (inner, key) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, key) : undefined),
      entry.value,
    );
    const moved = value !== text;
    const about = moved ? `${problem}, in ${text}` : problem;
    this.#problems.add(entry.at(path, moved ? undefined : index), `${entry.label(path)}: ${about}`);
  }

  #warn(expression: Expression, { node }: CompiledExpression, label: string): void {
    const constant = constantOf(expression);
    const asked = constant === undefined ? impossible(node, expression.text) : undefined;
    const about =
      constant !== undefined ? `is always ${JSON.stringify(constant)}` : `asks the impossible of ${asked}`;
    if (constant !== undefined || asked !== undefined)
      this.warnings.add(`${formatPlace(expression.place)}: ${label}: ${expression.text} ${about}`);
  }
}
