import { Severity } from '../../../protocol/alarm/severity.ts';
import { deviceNameProblem } from '../../../protocol/device-name.ts';
import { InputsGatherer } from '../../../protocol/expression/inputs.ts';
import type { Inputs } from '../../../protocol/expression/scope.ts';
import { suggestion } from '../../../protocol/expression/words.ts';
import type { AlarmSource } from './entries.ts';
import type { Expressions } from './expressions.ts';
import type { Known } from './known.ts';
import { checkLimits } from './limits.ts';
import type { Problems } from './problems.ts';
import { type AbsentSubject, type Condition, ConditionKind } from './rule.ts';
import type { Settings } from './settings.ts';

/** A condition and what it needs: of its expressions, and of what it names itself. */
export interface Conditioned {
  readonly condition: Condition;
  readonly inputs: readonly Inputs[];
}

/** What the compilation of one rule needs of the whole. */
export interface Around {
  readonly known: Known;
  readonly expressions: Expressions;
  readonly problems: Problems;
}

const KINDS = [
  ConditionKind.limits,
  ConditionKind.states,
  ConditionKind.when,
  ConditionKind.absent,
  ConditionKind.closer,
  ConditionKind.gap,
] as const;

/** Which keys go with which kind, beside the kind's own. */
const COMPANIONS: Readonly<Record<string, readonly ConditionKind[]>> = {
  value: [ConditionKind.limits, ConditionKind.states, ConditionKind.when],
  deadband: [ConditionKind.limits],
};

/** The one condition that an alarm has; undefined when it has none that will do, and the problems know why. */
export function conditionOf(
  source: AlarmSource,
  settings: Settings,
  around: Around,
): Conditioned | undefined {
  const { given, entry } = source;
  const kinds = KINDS.filter(kind => given[kind] !== undefined);
  const [kind] = kinds;
  if (kind === undefined || kinds.length > 1) {
    around.problems.add(
      entry.at(),
      `${entry.label()}: has ${kinds.length === 0 ? 'no condition' : `the conditions ${kinds.join(' and ')}`}; accepted: one of ${KINDS.join(', ')}`,
    );
    return undefined;
  }
  for (const [key, companions] of Object.entries(COMPANIONS))
    if (given[key as 'value'] !== undefined && !companions.includes(kind)) {
      around.problems.add(
        entry.at([key]),
        `${entry.label([key])}: means nothing beside ${kind}; accepted beside ${companions.join(', ')}`,
      );
      return undefined;
    }
  return COMPILE[kind](source, settings, around);
}

type Compile = (source: AlarmSource, settings: Settings, around: Around) => Conditioned | undefined;

const COMPILE: Readonly<Record<ConditionKind, Compile>> = {
  limits({ given, entry }, { severities }, around) {
    const { limits, deadband = 0 } = given;
    const value = expressionAt('value', ['number'], entry, given.value, around);
    if (!limits) return undefined;
    const good = checkLimits(entry, limits, deadband, around.problems);
    if (!value || !good) return undefined;
    return {
      condition: { kind: ConditionKind.limits, value, limits, severities, deadband },
      inputs: [value.inputs],
    };
  },
  states({ given, entry }, _settings, around) {
    const value = expressionAt('value', ['text', 'number', 'boolean'], entry, given.value, around);
    const { otherwise = Severity.noAlarm, ...states } = given.states ?? {};
    if (!value) return undefined;
    return {
      condition: { kind: ConditionKind.states, value, states: new Map(Object.entries(states)), otherwise },
      inputs: [value.inputs],
    };
  },
  when({ given, entry }, { severity }, around) {
    const when = around.expressions.truth(entry, ['when'], given.when ?? '');
    const value =
      given.value === undefined
        ? undefined
        : expressionAt('value', ['number', 'text', 'boolean'], entry, given.value, around);
    if (!when || (given.value !== undefined && !value)) return undefined;
    return {
      condition: { kind: ConditionKind.when, when, ...(value ? { value } : {}), severity },
      inputs: value ? [when.inputs, value.inputs] : [when.inputs],
    };
  },
  absent({ given, entry }, { severity }, around) {
    const { absent } = given;
    if (!absent) return undefined;
    const found = (['trigger', 'device', 'actor', 'stage'] as const).find(kind => absent[kind] !== undefined);
    const of: AbsentSubject = { kind: found ?? 'trigger', name: (found && absent[found]) ?? '' };
    const named = checkName(of, entry.at(['absent', of.kind]), entry.label(['absent', of.kind]), around);
    const expected =
      absent.while === undefined
        ? undefined
        : around.expressions.truth(entry, ['absent', 'while'], absent.while);
    if (!named || (absent.while !== undefined && !expected)) return undefined;
    return {
      condition: {
        kind: ConditionKind.absent,
        of,
        forMs: absent.for,
        ...(expected ? { while: expected } : {}),
        severity,
      },
      inputs: [inputOf(of), ...(expected ? [expected.inputs] : [])],
    };
  },
  closer({ given, entry }, { severity }, around) {
    if (!given.closer) return undefined;
    const { trigger, than } = given.closer;
    const of = { kind: 'trigger', name: trigger } as const;
    if (!checkName(of, entry.at(['closer', 'trigger']), entry.label(['closer', 'trigger']), around))
      return undefined;
    return {
      condition: { kind: ConditionKind.closer, trigger, thanMs: than, severity },
      inputs: [inputOf(of)],
    };
  },
  gap({ given, entry }, { severity }, around) {
    if (!given.gap) return undefined;
    const { stage, hold } = given.gap;
    const of = { kind: 'stage', name: stage } as const;
    if (stage !== '*' && !checkName(of, entry.at(['gap', 'stage']), entry.label(['gap', 'stage']), around))
      return undefined;
    return { condition: { kind: ConditionKind.gap, stage, holdMs: hold, severity }, inputs: [inputOf(of)] };
  },
};

function expressionAt(
  key: 'value',
  accepted: Parameters<Expressions['of']>[3],
  entry: AlarmSource['entry'],
  text: string | undefined,
  { expressions, problems }: Around,
) {
  if (text !== undefined) return expressions.of(entry, [key], text, accepted);
  problems.add(entry.at(), `${entry.label()}: has no value; accepted: an expression, e.g. value: E:HMGPR`);
  return undefined;
}

function checkName(
  { kind, name }: AbsentSubject,
  place: ReturnType<AlarmSource['entry']['at']>,
  label: string,
  { known, problems }: Around,
): boolean {
  const all = { trigger: known.triggers, device: known.devices, actor: known.actors, stage: known.stages }[
    kind
  ];
  const misspelt = kind === 'device' ? deviceNameProblem(name) : undefined;
  if (misspelt !== undefined) problems.add(place, `${label}: ${misspelt}`);
  else if (all && !all.has(name))
    problems.add(place, `${label}: no ${kind} is called ${name}${suggestion(name, all.keys())}`);
  else return true;
  return false;
}

function inputOf({ kind, name }: AbsentSubject): Inputs {
  const gatherer = new InputsGatherer();
  if (kind === 'trigger') gatherer.trigger(name);
  else if (kind === 'device') gatherer.device(name);
  else if (kind === 'actor') gatherer.actor(name);
  else gatherer.stage(name);
  return gatherer.gathered();
}
