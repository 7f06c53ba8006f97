import { AlarmStatus } from '../alarm/severity.ts';
import { compileExpression } from '../expression/compile.ts';
import type { NamedExpression } from '../expression/compiled.ts';
import { NO_INPUTS } from '../expression/inputs.ts';
import { ExpressionInvalid } from '../expression/invalid.ts';
import type { Inputs, Scope } from '../expression/scope.ts';
import { unusable, type Value } from '../expression/value.ts';

/** The name of the channel's own value in a formula. */
const OWN = 'x';

/** Banks of one event that a formula may use, by the lower-case name that it uses. */
export type BankValues = ReadonlyMap<string, readonly number[]>;

/**
 * A conversion of raw values of slow control, in the language of alarm rules (docs/alarms.md): `x` is the raw value, and a
 * bank's values stand under its name in lower case, e.g. `msrd[5] - dmnd[5]`.
 */
export interface Formula {
  /** A finite number, or why there is none. */
  evaluate(raw: number, banks: BankValues): Value;
}

const raw = (name: string): NamedExpression => ({
  expression: {
    type: name === OWN ? 'number' : 'array',
    inputs: NO_INPUTS,
    evaluate: scope => read(scope, name),
  },
});

function read(scope: Scope, name: string): Value {
  const values = scope.device(name)?.values;
  if (!values) return unusable(AlarmStatus.undefined, `the event has no bank ${name.toUpperCase()}`);
  if (name !== OWN) return values;
  const [value = Number.NaN] = values;
  return Number.isFinite(value) ? value : unusable(AlarmStatus.calc, `the raw value is ${value}`);
}

/**
 * @param banks names of the equipment's banks
 * @throws ExpressionInvalid at the first mistake
 */
export function compileFormula(text: string, banks: readonly string[]): Formula {
  const names = [OWN, ...banks.map(bank => bank.toLowerCase())];
  const compiled = compileExpression(
    text,
    { devices: new Map(), quantities: new Map(names.map(name => [name, raw(name)])) },
    ['number'],
  );
  if (usesMore(compiled.inputs))
    throw new ExpressionInvalid(0, `a formula is made of ${names.join(', ')}, and of nothing else`);
  return { evaluate: (value, banks) => compiled.evaluate(scopeOf(value, banks), 0) };
}

const usesMore = ({ triggers, actors, stages, mode, timed }: Inputs): boolean =>
  triggers.length + actors.length + stages.length > 0 || mode || timed;

const scopeOf = (value: number, banks: BankValues): Scope => ({
  now: 0,
  since: 0,
  resumedAt: 0,
  mode: '',
  memo: new Map(),
  device(name) {
    const values = name === OWN ? [value] : banks.get(name);
    return values && { values, status: 0, at: 0 };
  },
  trigger: () => undefined,
  health: () => [],
  entry: () => undefined,
  gap: () => undefined,
});
