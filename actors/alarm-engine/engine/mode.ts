import type { Scope } from '../../../protocol/expression/scope.ts';
import type { Milliseconds } from '../../../protocol/time.ts';
import { type MachineModeRule, UNKNOWN_MODE } from '../rules/rule.ts';
import type { ModeState } from './state.ts';

/**
 * The machine mode by the readings: the first whose condition holds, entered when the readings have spoken for it long
 * enough without a break. Where none holds, or nobody can tell, it stays. A mode that a person has set stays until that
 * person, or another, says otherwise.
 */
export function recognise(mode: ModeState, rules: readonly MachineModeRule[], scope: Scope): ModeState {
  if (mode.by !== '') return mode;
  const favourite = rules.find(({ when, staleMs }) => when?.evaluate(scope, staleMs) === true);
  if (!favourite || favourite.name === mode.name) return mode.leaning ? { name: mode.name, by: '' } : mode;
  const since = mode.leaning?.name === favourite.name ? mode.leaning.since : scope.now;
  if (scope.now - since >= favourite.forMs) return { name: favourite.name, by: '' };
  return mode.leaning?.name === favourite.name ? mode : { ...mode, leaning: { name: favourite.name, since } };
}

/** When the readings will have spoken for another mode long enough, if they go on as they are. */
export function leaningUntil(mode: ModeState, rules: readonly MachineModeRule[]): Milliseconds | undefined {
  const { leaning } = mode;
  const rule = leaning && rules.find(({ name }) => name === leaning.name);
  return rule && leaning.since + rule.forMs;
}

/** The mode when other rules come into force: one that they do not know is forgotten. */
export const modeUnder = (mode: ModeState, rules: readonly MachineModeRule[]): ModeState =>
  rules.some(({ name }) => name === mode.name) ? mode : { name: UNKNOWN_MODE, by: '' };
