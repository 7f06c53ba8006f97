import { AlarmStatus } from '../../../protocol/alarm/severity.ts';
import type { Scope } from '../../../protocol/expression/scope.ts';
import { isUnusable, type Unusable } from '../../../protocol/expression/value.ts';
import type { Alarm } from '../life/alarm.ts';
import type { Rule } from '../rules/rule.ts';
import { meansSomethingIn } from './definition.ts';

/**
 * Why an alarm has no meaning now: mode, enabling condition or parent alarm, whichever holds first; undefined: it has one.
 * Unusable when the enabling condition is at fault and the rule must be switched off.
 */
export function suppressionOf(
  rule: Rule,
  scope: Scope,
  ofParent: (id: string) => { readonly rule: Rule; readonly alarm: Alarm } | undefined,
): string | Unusable | undefined {
  if (!meansSomethingIn(rule, scope.mode)) return `mode ${scope.mode}`;
  const enabled = rule.enable?.evaluate(scope, rule.staleMs);
  if (enabled === false) return `not: ${rule.enable?.text}`;
  if (enabled !== undefined && isUnusable(enabled) && enabled.status === AlarmStatus.disable) return enabled;
  return rule.mask.find(id => {
    const parent = ofParent(id);
    return parent !== undefined && masks(parent.rule, parent.alarm);
  });
}

/**
 * Whether an alarm hides those that name it: it is active, whether people see it or have shelved it, or it is hidden itself by
 * one that does. Switched off, or without a meaning of its own, it hides nothing.
 */
export function masks(rule: Rule, { disabled, fault, suppressedBy, condition }: Alarm): boolean {
  if (disabled !== undefined || fault !== undefined) return false;
  if (suppressedBy !== undefined) return rule.mask.includes(suppressedBy);
  return condition !== undefined;
}
