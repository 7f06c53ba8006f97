import { isUnusable, type Value } from '../../../protocol/expression/value.ts';
import type { AlarmChange, ChangeCause, ShownValue } from '../../../protocol/messages/alarm-change.ts';
import { eventTimeFromMs } from '../../../protocol/time.ts';
import { type Alarm, conditionOf, stateOf } from '../life/alarm.ts';
import type { Assessment, Rule, RuleSet } from '../rules/rule.ts';
import type { InputScope } from './input-scope.ts';

/** Why something is told. */
export interface Why {
  readonly cause: ChangeCause;
  /** What a person has done, in words; what the rule says otherwise. */
  readonly words?: string;
}

/** What is told of an alarm stands in these: it has changed when one of them has. A new value alone is no change. */
const TOLD = [
  'acknowledged',
  'shelved',
  'disabled',
  'suppressedBy',
  'comment',
  'owner',
] as const satisfies readonly (keyof Alarm)[];

export function differs(before: Alarm, after: Alarm): boolean {
  if (stateOf(before) !== stateOf(after)) return true;
  const was = conditionOf(before);
  const is = conditionOf(after);
  return (
    was.severity !== is.severity ||
    was.status !== is.status ||
    TOLD.some(field => before[field] !== after[field])
  );
}

const MAX_INPUTS = 16;

/** Everything about an alarm as it is now. `after.transition` is the number of this change. */
export function changeOf(
  rule: Rule,
  before: Alarm,
  after: Alarm,
  assessment: Assessment,
  why: Why,
  around: { readonly scope: InputScope; readonly ruleSet: RuleSet; readonly version: number },
): AlarmChange {
  const { scope } = around;
  const { severity, status } = conditionOf(after);
  const eventTime = why.cause === 'input' ? newestTime(rule, scope) : undefined;
  return {
    alarm: rule.id,
    transition: after.transition,
    at: eventTimeFromMs(scope.now),
    ...(eventTime ? { eventTime } : {}),
    cause: why.cause,
    reason: why.words ?? reasonOf(before, after, assessment),
    from: stateOf(before),
    to: stateOf(after),
    severity,
    severityBefore: conditionOf(before).severity,
    peak: after.peak ?? severity,
    status,
    value: assessment.value,
    units: rule.units,
    ...(assessment.limit === undefined ? {} : { limit: assessment.limit }),
    mode: scope.mode,
    rules: around.version,
    title: rule.title,
    audience: [...rule.audience],
    guidance: rule.guidance,
    dashboard: rule.dashboard,
    labels: { ...rule.labels },
    ...(after.raisedAt === undefined ? {} : { raisedAt: eventTimeFromMs(after.raisedAt) }),
    ...(after.returnedAt === undefined ? {} : { returnedAt: eventTimeFromMs(after.returnedAt) }),
    ...Object.fromEntries(TOLD.flatMap(field => (after[field] === undefined ? [] : [[field, after[field]]]))),
    inputs: inputsOf(rule, scope, around.ruleSet),
  };
}

/** What happened to it beside its value, and what the rule says. */
function reasonOf(before: Alarm, after: Alarm, { reason }: Assessment): string {
  const said: string[] = [];
  if (after.fault !== undefined && before.fault === undefined)
    return `the rule is switched off: ${after.fault}`;
  if (before.fault !== undefined && after.fault === undefined) said.push('the rule has been changed');
  if (after.suppressedBy !== before.suppressedBy)
    said.push(
      after.suppressedBy === undefined ? 'no longer suppressed' : `suppressed by ${after.suppressedBy}`,
    );
  if (before.shelved !== undefined && after.shelved === undefined)
    said.push(
      before.shelved.oneShot && after.condition === undefined && before.condition !== undefined
        ? 'its return ends its shelving'
        : 'its time on the shelf is over',
    );
  return [...said, reason].join('; ');
}

/** Device time of the value that has just come. */
const newestTime = (rule: Rule, scope: InputScope) => {
  for (const { name } of rule.inputs.devices) {
    const input = scope.device(name);
    if (input?.at === scope.now) return input.eventTime;
  }
  return undefined;
};

function inputsOf(rule: Rule, scope: InputScope, { quantities }: RuleSet): AlarmChange['inputs'] {
  const shown: AlarmChange['inputs'] = [];
  for (const name of rule.inputs.quantities) {
    const quantity = quantities.get(name);
    if (quantity) shown.push({ name, value: shownValue(quantity.expression.evaluate(scope, rule.staleMs)) });
  }
  for (const { name } of rule.inputs.devices) {
    const input = scope.device(name);
    shown.push({
      name,
      value: input ? shownValue(input.values) : null,
      ...(input ? { at: eventTimeFromMs(input.at) } : {}),
    });
  }
  for (const { name } of rule.inputs.triggers) {
    const last = scope.trigger(name)?.times.at(-1);
    shown.push({ name, value: null, ...(last === undefined ? {} : { at: eventTimeFromMs(last) }) });
  }
  for (const { actor, fields } of rule.inputs.actors)
    for (const heartbeat of scope.health(actor))
      for (const field of fields)
        shown.push({
          name: `${heartbeat.instance} ${field}`,
          value: heartbeat.fields[field] ?? null,
          at: eventTimeFromMs(heartbeat.at),
        });
  return shown.slice(0, MAX_INPUTS);
}

/** A value as people see it: an array by its length, unless it has one value. */
function shownValue(value: Value): ShownValue {
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value !== 'object') return value;
  if (isUnusable(value)) return value.reason;
  const [first] = value;
  return value.length === 1 && first !== undefined ? shownValue(first) : `${value.length} values`;
}
