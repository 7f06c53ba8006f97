import { AlarmStatus, type Severity } from '../../protocol/alarm/severity.ts';
import { type Scope, silentFrom } from '../../protocol/expression/scope.ts';
import { isUnusable } from '../../protocol/expression/value.ts';
import type { Milliseconds } from '../../protocol/time.ts';
import type { AbsentCondition, AbsentSubject, Assessment, Before } from './rules/rule.ts';
import { bad, fine, invalid } from './verdicts.ts';

/**
 * Something expected does not come. Time counts from when it last came, and from when it began to be expected: after a shift
 * without beam, the first spill is given its time.
 */
export function assessAbsent(
  { of, forMs, while: expected }: AbsentCondition,
  severity: Severity,
  scope: Scope,
  staleMs: Milliseconds,
  before: Before,
): Assessment {
  let { expectedSince } = before;
  if (expected) {
    const holds = expected.evaluate(scope, staleMs);
    // Whether it is expected may be hard to tell just because it does not come: then what was expected still is.
    if (isUnusable(holds) && expectedSince === undefined) return invalid(holds, before);
    if (holds === false) return fine(null, `not expected: ${expected.text} does not hold`);
    expectedSince ??= scope.now;
  }
  const since = expectedSince === undefined ? {} : { expectedSince };
  const last = lastOf(of, scope);
  const quietMs = scope.now - Math.max(silentFrom(scope, last), expectedSince ?? 0);
  const value = Math.round(quietMs / 100) / 10;
  if (quietMs < forMs) return { ...fine(value, `${words(of)} has come lately`), ...since };
  const reason = `${words(of)} has ${last === undefined ? 'never come' : `not come for ${value} s`}; expected within ${forMs / 1000} s`;
  return { ...bad(severity, value, reason, AlarmStatus.timeout), ...since };
}

const WORDS: Readonly<Record<AbsentSubject['kind'], string>> = {
  trigger: 'trigger',
  device: 'device',
  actor: 'a heartbeat of',
  stage: 'an entry of',
};

const words = ({ kind, name }: AbsentSubject): string => `${WORDS[kind]} ${name}`;

function lastOf({ kind, name }: AbsentSubject, scope: Scope): Milliseconds | undefined {
  if (kind === 'trigger') return scope.trigger(name)?.times.at(-1);
  if (kind === 'device') return scope.device(name)?.at;
  if (kind === 'stage') return scope.entry(name);
  return latest(scope.health(name).map(({ at }) => at));
}

const latest = (times: readonly Milliseconds[]): Milliseconds | undefined =>
  times.length === 0 ? undefined : Math.max(...times);
