import type { Profile } from '../profiles/profile.ts';

/** What the run log says of a run that may be a pedestal run (reference D1). */
export interface PedestalCandidate {
  readonly run: number;
  readonly isPedestal: boolean;
  readonly pictures: number;
  /** `HV_STATE`: the pedestal is only one while there is no gain; `null` when the run does not say. */
  readonly highVoltage: boolean | null;
  /** Begin, Unix milliseconds. */
  readonly at: number;
  /** Seconds; `null` when the run does not say. */
  readonly exposure: number | null;
}

/** The run that a pedestal is wanted for. */
export type PedestalSeeker = Pick<PedestalCandidate, 'run' | 'at' | 'exposure'>;

/** The chosen pedestal run and what is to be said of it, or why there is none. */
export type PedestalChoice<Candidate> =
  | {
      readonly kind: 'chosen';
      readonly pedestal: Candidate;
      readonly ageDays: number;
      /** What makes it doubtful. */
      readonly warnings: readonly string[];
    }
  | { readonly kind: 'none'; readonly reason: string };

const DAY_MS = 86_400_000;

/**
 * Whether a pedestal run may serve a run: an earlier one without high voltage, of the same exposure, among the runs before it
 * (reference B4; exposure from C6). Earlier is by run number and by date, so that a run log with a clock set wrong cannot
 * give a pedestal of the future. Where neither says its exposure, they are taken for equal.
 */
export const mayServe = (
  candidate: PedestalCandidate,
  run: PedestalSeeker,
  { minEvents, withinRuns }: Profile['pedestal'],
): boolean =>
  candidate.isPedestal &&
  candidate.highVoltage !== true &&
  candidate.pictures >= minEvents &&
  candidate.exposure === run.exposure &&
  candidate.run < run.run &&
  candidate.run >= run.run - withinRuns &&
  candidate.at <= run.at;

/** The pedestal for a run: the latest that may serve it; doubtful when older than ten days (C6) or when it does not say all. */
export function choosePedestal<Candidate extends PedestalCandidate>(
  run: PedestalSeeker,
  candidates: Iterable<Candidate>,
  settings: Profile['pedestal'],
): PedestalChoice<Candidate> {
  let chosen: Candidate | undefined;
  for (const candidate of candidates)
    if (mayServe(candidate, run, settings) && candidate.run > (chosen?.run ?? -1)) chosen = candidate;
  if (chosen === undefined) {
    const exposure = run.exposure === null ? 'an unknown exposure' : `${run.exposure} s`;
    return {
      kind: 'none',
      reason: `no pedestal run of ${settings.minEvents} pictures or more at ${exposure} without high voltage in the ${settings.withinRuns} runs before ${run.run}`,
    };
  }
  const ageDays = (run.at - chosen.at) / DAY_MS;
  return { kind: 'chosen', pedestal: chosen, ageDays, warnings: doubts(chosen, run, ageDays, settings) };
}

const doubts = (
  pedestal: PedestalCandidate,
  run: PedestalSeeker,
  ageDays: number,
  { warnDays }: Profile['pedestal'],
): string[] => [
  ...(ageDays > warnDays
    ? [
        `pedestal run ${pedestal.run} is ${ageDays.toFixed(1)} days older than run ${run.run}, ${warnDays} are accepted`,
      ]
    : []),
  ...(pedestal.highVoltage === null
    ? [`pedestal run ${pedestal.run} does not say whether high voltage was on`]
    : []),
  ...(run.exposure === null
    ? [`neither run ${run.run} nor pedestal run ${pedestal.run} says its exposure`]
    : []),
];
