import { ChangeCause } from '../../../protocol/messages/alarm-change.ts';
import { FINE } from '../life/alarm.ts';
import type { Definition } from './definition.ts';
import type { InputKey } from './inputs.ts';
import { Round } from './round.ts';
import type { Work } from './work.ts';

/**
 * Inputs have come. The mode is recognised first, so that a value is held against the limits of the mode it belongs to: a horn
 * that is switched off is no alarm in the spill in which it is.
 */
export function takeNews(work: Work, touched: readonly InputKey[]): void {
  const { book } = work;
  work.forget();
  const from = work.mode.name;
  const other = touched.some(key => book.modeInputs.has(key)) && work.recogniseMode();
  const round = new Round();
  for (const key of touched) round.addAll(book.byInput.get(key) ?? [], true);
  if (!other) {
    work.evaluate(round, () => ({ cause: ChangeCause.input }));
    return;
  }
  const changedByInput = new Set([...round].flatMap(([each]) => (isNews(work, each, from) ? [each] : [])));
  round.addAll(book.modal, false);
  work.evaluate(round, (definition, before, after) => {
    const byInput = before.suppressedBy === after.suppressedBy && changedByInput.has(definition);
    return { cause: byInput || !definition.modal ? ChangeCause.input : ChangeCause.mode };
  });
}

/** Whether the inputs alone, in the mode before, would have made a difference to an alarm. */
function isNews(work: Work, definition: Definition, mode: string): boolean {
  if (!definition.modal) return true;
  const alarm = work.alarms.get(definition.rule.id);
  if (alarm.suppressedBy !== undefined) return false;
  const { severity, status } = work.assess(definition, alarm, work.scopeIn(mode));
  const judged = alarm.judged ?? FINE;
  return severity !== judged.severity || status !== judged.status;
}
