import type { EventHeader } from '../../../protocol/midas/midas.ts';

/** A run of days is beyond anything known: LIME's take four minutes (cygno.md B3). */
const LONGEST_RUN_S = 30 * 86_400;
/** Clocks of two computers of a data acquisition may differ. */
const BEFORE_BEGIN_S = 3_600;

/**
 * Whether an event whose body cannot be read has a header to be believed: then its size is too, and what stands behind it can
 * be read on. Rubbish in the middle of a file passes for a header, too, as long as its size field is small enough.
 * @param startedAt seconds, of the begin of the run
 * @param ids event ids that the run has, where the ODB tells them
 */
export function isPlausible(
  { id, time }: EventHeader,
  startedAt: number,
  ids: ReadonlySet<number> | null,
): boolean {
  const inRun = time >= startedAt - BEFORE_BEGIN_S && time <= startedAt + LONGEST_RUN_S;
  return inRun && id > 0 && (ids === null || ids.has(id));
}
