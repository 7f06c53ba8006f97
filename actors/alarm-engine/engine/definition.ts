import { SpillwayError } from '../../../protocol/errors.ts';
import type { Inputs, Scope } from '../../../protocol/expression/scope.ts';
import type { Milliseconds } from '../../../protocol/time.ts';
import { assess } from '../assess.ts';
import {
  type Assessment,
  type Before,
  ConditionKind,
  inMode,
  type Rule,
  type RuleSet,
} from '../rules/rule.ts';
import type { InputKey } from './inputs.ts';
import { type Wanted, wantedBy } from './wanted.ts';

/** A rule with what the engine has to know to evaluate no more than it must. */
export interface Definition {
  readonly rule: Rule;
  /** Above every alarm that masks it: evaluated in this order, each finds its parents as they are now. */
  readonly rank: number;
  /** Alarms that it masks. */
  readonly masked: readonly Definition[];
  /** Whether it may come out otherwise in another mode. */
  readonly modal: boolean;
  assess(scope: Scope, before: Before, engine: EngineCondition): Assessment;
}

/** How the engine itself is, for its own alarms. */
export interface EngineCondition {
  /** Why the rules that came last are not in force; null when they are. */
  readonly refused: string | null;
  /** Alarms whose rule is switched off. */
  readonly faulty: readonly string[];
}

/** All definitions, and which of them to evaluate when. Made once per rule set. */
export interface Book {
  readonly ruleSet: RuleSet;
  readonly definitions: ReadonlyMap<string, Definition>;
  readonly byInput: ReadonlyMap<InputKey, readonly Definition[]>;
  /** Those that may come out otherwise in another mode. */
  readonly modal: readonly Definition[];
  /** Those that may come out otherwise as time passes. */
  readonly timed: readonly Definition[];
  /** Those that an input makes stale, by staleness limit and input. */
  readonly stale: ReadonlyMap<Milliseconds, ReadonlyMap<InputKey, readonly Definition[]>>;
  readonly wanted: Wanted;
  /** Whether modes are to be recognised anew as time passes. */
  readonly modesTimed: boolean;
  /** Inputs by which modes are recognised. */
  readonly modeInputs: ReadonlySet<InputKey>;
}

/**
 * @param own alarms of the engine itself, in force beside the rules
 * @throws SpillwayError ALARM_RULES_INVALID when a rule has the name of one of them
 */
export function bookOf(ruleSet: RuleSet, own: readonly Definition[]): Book {
  for (const { rule } of own) {
    const place = ruleSet.rules.get(rule.id)?.place;
    if (place)
      throw new SpillwayError(
        'ALARM_RULES_INVALID',
        `${place.file}:${place.line}:${place.column}: ${rule.id} is an alarm of the engine itself; choose another name`,
      );
  }
  const definitions = new Map<string, Definition>(own.map(definition => [definition.rule.id, definition]));
  for (const rule of ruleSet.rules.values()) define(rule, ruleSet, definitions);
  const all = [...definitions.values()];
  const whens = ruleSet.modes.flatMap(({ when }) => (when ? [when.inputs] : []));
  const byInput = new Map<InputKey, Definition[]>();
  const stale = new Map<Milliseconds, Map<InputKey, Definition[]>>();
  for (const definition of all) {
    const { inputs, staleMs } = definition.rule;
    for (const key of keysOf(inputs)) {
      add(byInput, key, definition);
      if (!Number.isFinite(staleMs) || !canGrowStale(key)) continue;
      const watched = stale.get(staleMs) ?? new Map<InputKey, Definition[]>();
      stale.set(staleMs, watched);
      add(watched, key, definition);
    }
  }
  return {
    ruleSet,
    definitions,
    byInput,
    modal: all.filter(({ modal }) => modal),
    timed: all.filter(isTimed),
    stale,
    wanted: wantedBy([...all.map(({ rule }) => rule.inputs), ...whens]),
    modesTimed: whens.some(({ timed }) => timed),
    modeInputs: new Set(whens.flatMap(keysOf)),
  };
}

/** Definitions are made parents first; the rule set has no circles. */
function define(rule: Rule, ruleSet: RuleSet, made: Map<string, Definition>): Definition {
  const known = made.get(rule.id);
  if (known) return known;
  const parents = rule.mask.flatMap(id => {
    const parent = ruleSet.rules.get(id);
    return parent ? [define(parent, ruleSet, made)] : [];
  });
  const definition: Definition = {
    rule,
    rank: 1 + Math.max(-1, ...parents.map(parent => parent.rank)),
    masked: [],
    modal: isModal(rule),
    assess: (scope, before) => assess(rule, scope, before),
  };
  for (const parent of parents) (parent.masked as Definition[]).push(definition);
  made.set(rule.id, definition);
  return definition;
}

const keysOf = ({ devices, triggers, actors, stages }: Inputs): InputKey[] => [
  ...devices.map(({ name }): InputKey => `device ${name}`),
  ...triggers.map(({ name }): InputKey => `trigger ${name}`),
  ...actors.map(({ actor }): InputKey => `actor ${actor}`),
  ...stages.map((name): InputKey => `stage ${name}`),
];

const canGrowStale = (key: InputKey): boolean => key.startsWith('device ') || key.startsWith('actor ');

/** What differs by mode in a condition. */
const byModeOf = ({ condition }: Rule) =>
  condition.kind === ConditionKind.limits
    ? condition.limits
    : condition.kind === ConditionKind.states
      ? undefined
      : condition.severity;

const isModal = (rule: Rule): boolean => rule.inputs.mode || (byModeOf(rule)?.modes.size ?? 0) > 0;

const isTimed = ({ rule: { inputs, condition } }: Definition): boolean =>
  inputs.timed || condition.kind === ConditionKind.absent || condition.kind === ConditionKind.gap;

/** Whether an alarm means anything in a mode. */
export function meansSomethingIn(rule: Rule, mode: string): boolean {
  const byMode = byModeOf(rule);
  return byMode === undefined || inMode<unknown>(byMode, mode) !== undefined;
}

function add<Key, Item>(index: Map<Key, Item[]>, key: Key, item: Item): void {
  const items = index.get(key);
  if (items) items.push(item);
  else index.set(key, [item]);
}
