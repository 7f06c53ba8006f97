import { Severity } from '../../protocol/alarm/severity.ts';
import type { Scope } from '../../protocol/expression/scope.ts';
import { isUnusable } from '../../protocol/expression/value.ts';
import { eventTimeFromMs, formatEventTime, type Milliseconds } from '../../protocol/time.ts';
import { assessAbsent } from './assess-absent.ts';
import { assessLimits } from './assess-limits.ts';
import {
  type Assessment,
  type Before,
  type CloserCondition,
  ConditionKind,
  type GapCondition,
  inMode,
  type Rule,
  type StatesCondition,
  type WhenCondition,
} from './rules/rule.ts';
import { bad, fine, invalid, several, shownOf, withoutMeaning } from './verdicts.ts';

/**
 * What a rule says of this moment: pure, never throws. Delays, counts, suppression and people come after it.
 * @param before what it said last, since a dead band holds on to what was
 */
export function assess(rule: Rule, scope: Scope, before: Before): Assessment {
  const { condition, staleMs } = rule;
  if (condition.kind === ConditionKind.states) return assessStates(condition, scope, staleMs, before);
  if (condition.kind === ConditionKind.limits) {
    const limits = inMode(condition.limits, scope.mode);
    if (!limits) return withoutMeaning(scope.mode);
    const value = condition.value.evaluate(scope, staleMs);
    if (typeof value === 'number') return assessLimits(condition, limits, value, before);
    return invalid(isUnusable(value) ? value : several(condition.value.text), before);
  }
  const severity = inMode(condition.severity, scope.mode);
  if (!severity) return withoutMeaning(scope.mode);
  if (condition.kind === ConditionKind.when) return assessWhen(condition, severity, scope, staleMs, before);
  if (condition.kind === ConditionKind.absent)
    return assessAbsent(condition, severity, scope, staleMs, before);
  if (condition.kind === ConditionKind.closer) return assessCloser(condition, severity, scope);
  return assessGap(condition, severity, scope);
}

function assessStates(
  { value: expression, states, otherwise }: StatesCondition,
  scope: Scope,
  staleMs: Milliseconds,
  before: Before,
): Assessment {
  const value = expression.evaluate(scope, staleMs);
  if (typeof value === 'object') return invalid(isUnusable(value) ? value : several(expression.text), before);
  const severity = states.get(String(value)) ?? otherwise;
  return severity === Severity.noAlarm
    ? fine(value, `${expression.text} is ${value}`)
    : bad(severity, value, `${expression.text} is ${value}`);
}

function assessWhen(
  { when, value }: WhenCondition,
  severity: Severity,
  scope: Scope,
  staleMs: Milliseconds,
  before: Before,
): Assessment {
  const holds = when.evaluate(scope, staleMs);
  if (isUnusable(holds)) return invalid(holds, before);
  const shown = value ? shownOf(value.evaluate(scope, staleMs)) : holds === true;
  return holds === true ? bad(severity, shown, when.text) : fine(shown, `not: ${when.text}`);
}

function assessCloser({ trigger, thanMs }: CloserCondition, severity: Severity, scope: Scope): Assessment {
  const [before, last] = scope.trigger(trigger)?.times.slice(-2) ?? [];
  if (before === undefined || last === undefined) return fine(null, `${trigger} has not come twice`);
  const seconds = (last - before) / 1000;
  return last - before < thanMs
    ? bad(
        severity,
        seconds,
        `${trigger} came ${seconds} s after the one before, sooner than ${thanMs / 1000} s`,
      )
    : fine(seconds, `${trigger} keeps its distance`);
}

function assessGap({ stage, holdMs }: GapCondition, severity: Severity, scope: Scope): Assessment {
  const gap = scope.gap(stage);
  if (!gap || scope.now - gap.at >= holdMs) return fine(0, 'nothing is missing');
  const { first, last, stream, reason } = gap;
  const at = formatEventTime(eventTimeFromMs(gap.at));
  return bad(
    severity,
    last - first + 1,
    `${gap.stage} misses ${stream} ${first} to ${last} since ${at}: ${reason}`,
  );
}
