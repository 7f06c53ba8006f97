import type { Labels } from '../../../protocol/alarm/labels.ts';
import { compileMatchers } from '../../../protocol/alarm/matcher.ts';
import type { Matcher } from '../../../protocol/messages/alarm-command.ts';
import type { Known, SilenceState } from './state.ts';
import { labelsOf } from './told.ts';
import { isFiring, sweepBy, type World } from './world.ts';

const compiled = new WeakMap<readonly Matcher[], (labels: Labels) => boolean>();

/** Whether an alarm fits the matchers of a silence. */
export function fits({ matchers }: SilenceState, id: string, known: Known): boolean {
  const test = compiled.get(matchers) ?? compileMatchers(matchers);
  compiled.set(matchers, test);
  return test(labelsOf(id, known));
}

/** The active silences that an alarm fits. */
export const silencesOf = ({ state }: World, id: string, known: Known): string[] =>
  [...state.silences].flatMap(([name, silence]) =>
    silence.phase === 'active' && fits(silence, id, known) ? [name] : [],
  );

/** Keeps the count of active alarms of each silence; one that ends with its alarms ends in the next sweep. */
export function recount({ state, now }: World, before: Known | undefined, after: Known | undefined): void {
  const count = (known: Known | undefined, by: number) => {
    if (!known || !isFiring(known)) return;
    for (const id of known.silences ?? []) {
      const silence = state.silences.get(id);
      if (!silence) continue;
      silence.matching += by;
      if (by > 0) silence.seen = true;
      if (silence.endWhenCleared && by < 0 && silence.matching === 0) sweepBy(state, now);
    }
  };
  count(after, 1);
  count(before, -1);
}
