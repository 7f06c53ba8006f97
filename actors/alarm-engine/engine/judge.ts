import { AlarmStatus, Severity } from '../../../protocol/alarm/severity.ts';
import type { Unusable } from '../../../protocol/expression/value.ts';
import type { Milliseconds } from '../../../protocol/time.ts';
import { advance, assign, elapse, switchOff } from '../life/advance.ts';
import { type Alarm, FINE } from '../life/alarm.ts';
import type { Assessment, Rule } from '../rules/rule.ts';
import type { Definition, EngineCondition } from './definition.ts';
import type { InputScope } from './input-scope.ts';

/** Why an alarm has no meaning now, as `suppressionOf` says it; asked for only where it matters. */
export type Suppression = () => string | Unusable | undefined;

/** What a rule says of the moment; one that throws is at fault. */
export function judge(
  definition: Definition,
  before: Alarm,
  scope: InputScope,
  condition: EngineCondition,
): Assessment {
  if (before.fault !== undefined) return atFault(before.fault);
  const { expectedSince } = before;
  const known = { ...(before.judged ?? FINE), ...(expectedSince === undefined ? {} : { expectedSince }) };
  try {
    return definition.assess(scope, known, condition);
  } catch (thrown) {
    return atFault(`it threw ${thrown instanceof Error ? thrown.message : String(thrown)}`);
  }
}

/** An alarm after time has passed. One that is suppressed from now on is not raised by a delay that ends now. */
export function afterTime(alarm: Alarm, rule: Rule, suppression: Suppression, now: Milliseconds): Alarm {
  if (alarm.waiting === undefined && alarm.shelved === undefined) return alarm;
  const suppressed = typeof suppression() === 'string';
  return elapse(suppressed ? assign(alarm, { waiting: undefined }) : alarm, rule, now);
}

/** An alarm after its rule has been judged; one whose rule is at fault is switched off. */
export function afterJudgement(
  alarm: Alarm,
  rule: Rule,
  suppression: Suppression,
  moment: { readonly now: Milliseconds; readonly assessment: Assessment; readonly sample: boolean },
): Alarm {
  const { assessment } = moment;
  if (alarm.fault !== undefined) return alarm;
  if (assessment.status === AlarmStatus.disable) return switchOff(alarm, assessment.reason);
  const suppressedBy = suppression();
  if (typeof suppressedBy === 'object') return switchOff(alarm, `enable: ${suppressedBy.reason}`);
  return advance(alarm, rule, { ...moment, suppressedBy });
}

const atFault = (reason: string): Assessment => ({
  severity: Severity.invalid,
  status: AlarmStatus.disable,
  value: null,
  reason,
  waiting: false,
});
