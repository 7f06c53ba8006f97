import { AlarmStatus } from '../../protocol/alarm/severity.ts';
import type { Assessment, Before, LimitName, Limits, LimitsCondition } from './rules/rule.ts';
import { bad, fine } from './verdicts.ts';

/** Outermost first, so that the one that is told is the worst; with what says that a limit was passed before. */
const ORDER: readonly {
  readonly name: LimitName;
  readonly status: AlarmStatus;
  readonly above: boolean;
  readonly passed: readonly AlarmStatus[];
}[] = [
  { name: 'lolo', status: AlarmStatus.lolo, above: false, passed: [AlarmStatus.lolo] },
  { name: 'hihi', status: AlarmStatus.hihi, above: true, passed: [AlarmStatus.hihi] },
  { name: 'low', status: AlarmStatus.low, above: false, passed: [AlarmStatus.low, AlarmStatus.lolo] },
  { name: 'high', status: AlarmStatus.high, above: true, passed: [AlarmStatus.high, AlarmStatus.hihi] },
];

/**
 * A number against its limits, as EPICS's analogue records do it (HYST): a limit once passed is left only when the value is
 * inside it by the dead band. A value that equals a limit is inside.
 */
export function assessLimits(
  { severities, deadband, value: { text } }: LimitsCondition,
  limits: Limits,
  value: number,
  before: Before,
): Assessment {
  for (const { name, status, above, passed } of ORDER) {
    const limit = limits[name];
    if (limit === undefined) continue;
    const away = above ? value - limit : limit - value;
    const held = away <= 0 && passed.includes(before.status) && away > -deadband;
    if (away <= 0 && !held) continue;
    const reason = held
      ? `${text} is back by less than the dead band of ${deadband} from ${name} ${limit}`
      : `${text} is ${above ? 'above' : 'below'} ${name} ${limit}`;
    return { ...bad(severities[name], value, reason, status), limit };
  }
  return fine(value, `${text} is within its limits`);
}
