import { CloseReason } from '../../protocol/rotorooter/manifest.ts';
import type { EventTime } from '../../protocol/time.ts';

/** When a file is closed and the next one begun. */
export interface RollRule {
  /** Length of a period. Periods start at 00:00 UTC where it divides a day: 4 h gives six files a day. */
  readonly hours: number;
  /** A file does not grow beyond this, unless by its first record. */
  readonly bytes: number;
}

const periodOf = (time: EventTime, rule: RollRule): number => Math.floor(time.seconds / (rule.hours * 3600));

/**
 * Whether the open file must be closed before this record is written, and why.
 *
 * Time is the block time, not the daemon's clock: a file then holds the same records whenever they arrive, after an
 * outage, too. A record of an earlier period is late and goes into the open file, since closed files are final.
 */
export function rollReason(
  rule: RollRule,
  file: { readonly firstTime: EventTime; readonly bytes: number },
  record: { readonly time: EventTime; readonly size: number },
): CloseReason | undefined {
  if (periodOf(record.time, rule) > periodOf(file.firstTime, rule)) return CloseReason.time;
  return file.bytes + record.size > rule.bytes ? CloseReason.size : undefined;
}
