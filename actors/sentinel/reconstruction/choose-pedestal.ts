import type { Profile } from '../profiles/profile.ts';

/** What the run log says of a run that may be a pedestal run (reference D1). */
export interface PedestalCandidate {
  readonly run: number;
  readonly isPedestal: boolean;
  readonly pictures: number;
  /** `HV_STATE`: the pedestal is only one while there is no gain. */
  readonly highVoltage: boolean;
  /** Begin, Unix milliseconds. */
  readonly at: number;
  /** Seconds. */
  readonly exposure: number;
}

/** The chosen pedestal run and what is to be said of it, or why there is none. */
export type PedestalChoice<Candidate> =
  | {
      readonly kind: 'chosen';
      readonly pedestal: Candidate;
      readonly ageDays: number;
      readonly warning: string | null;
    }
  | { readonly kind: 'none'; readonly reason: string };

const DAY_MS = 86_400_000;

/**
 * The pedestal for a run: the latest earlier pedestal run with enough pictures, without high voltage and of the same exposure, among
 * the runs before it (reference B4; exposure and the warning at ten days from C6). Earlier is by run number and by date, so that a
 * run log with a clock set wrong cannot give a pedestal of the future.
 */
export function choosePedestal<Candidate extends PedestalCandidate>(
  run: { readonly run: number; readonly at: number; readonly exposure: number },
  candidates: Iterable<Candidate>,
  { minEvents, withinRuns, warnDays }: Profile['pedestal'],
): PedestalChoice<Candidate> {
  let chosen: Candidate | undefined;
  for (const candidate of candidates) {
    const fits =
      candidate.isPedestal &&
      !candidate.highVoltage &&
      candidate.pictures >= minEvents &&
      candidate.exposure === run.exposure &&
      candidate.run < run.run &&
      candidate.run >= run.run - withinRuns &&
      candidate.at <= run.at;
    if (fits && candidate.run > (chosen?.run ?? -1)) chosen = candidate;
  }
  if (chosen === undefined) {
    return {
      kind: 'none',
      reason: `no pedestal run of ${minEvents} pictures or more at ${run.exposure} s without high voltage in the ${withinRuns} runs before ${run.run}`,
    };
  }
  const ageDays = (run.at - chosen.at) / DAY_MS;
  const warning =
    ageDays > warnDays
      ? `pedestal run ${chosen.run} is ${ageDays.toFixed(1)} days older than run ${run.run}, ${warnDays} are accepted`
      : null;
  return { kind: 'chosen', pedestal: chosen, ageDays, warning };
}
