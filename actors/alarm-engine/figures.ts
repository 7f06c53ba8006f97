import { AlarmState, isActive } from '../../protocol/alarm/alarm-state.ts';
import { entriesOf } from './buckets.ts';
import { bookInForce } from './engine/book-shelf.ts';
import type { EngineState } from './engine/state.ts';
import { stateOf } from './life/alarm.ts';

/** How many alarms are in which state, for the heartbeat. */
export function figuresOf(state: EngineState): Record<string, number> {
  const figures = {
    alarms: bookInForce(state).ruleSet.rules.size,
    active: 0,
    unacknowledged: 0,
    shelved: 0,
    suppressed: 0,
    outOfService: 0,
    rulesVersion: state.rules?.version ?? 0,
    evaluations: state.evaluations,
  };
  for (const [, alarm] of entriesOf(state.alarms)) {
    const is = stateOf(alarm);
    if (isActive(is)) figures.active++;
    if (is === AlarmState.unacknowledged) figures.unacknowledged++;
    else if (is === AlarmState.shelved) figures.shelved++;
    else if (is === AlarmState.suppressed) figures.suppressed++;
    else if (is === AlarmState.outOfService) figures.outOfService++;
  }
  return figures;
}
