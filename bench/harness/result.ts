import type { Comparison, Goal, Round } from './comparison.ts';
import { ratiosToUs, type Spread, spreadOf } from './statistics.ts';

/** What was seen of one contender: its counted rounds, or why there are none. */
export type Seen =
  | { readonly name: string; readonly rounds: readonly TimedRound[] }
  | { readonly name: string; readonly skipped: string; readonly install?: string };

export interface TimedRound extends Round {
  /** How long the round took, for whoever wants to know how much of it was processor time. */
  readonly seconds: number;
}

/** A line of the JSON: one contender in one comparison. */
export interface Result {
  readonly name: string;
  readonly contender: string;
  readonly unit: string;
  /** Of the figures of its rounds; null where it was skipped, as are all that follow from it. */
  readonly median: number | null;
  readonly lowest: number | null;
  readonly highest: number | null;
  /** How many times as good ours is, the median over the pairs of rounds: above 1 we are ahead. 1 for ours. */
  readonly ratioToUs: number | null;
  readonly ratioLowest: number | null;
  readonly ratioHighest: number | null;
  /** What is promised: of ours a figure, of another one how many times as good ours must be. */
  readonly goal: number | null;
  /** Null where nothing is promised or nothing could be measured. */
  readonly met: boolean | null;
  readonly rounds: number;
  /** Of a round, medians. */
  readonly seconds: number | null;
  readonly cpuSeconds: number | null;
  /** Highest of all rounds. */
  readonly peakBytes: number | null;
  /** Of a skipped one: why, and how to have it. */
  readonly skipped?: string;
  readonly install?: string;
}

/** Whether a goal against `against` means this contender: its name, with or without a version behind it. */
export const isMeant = (against: string, contender: string): boolean =>
  contender === against || contender.startsWith(`${against} `);

/** The lines of one comparison; the first of `seen` is ours. */
export function resultsOf(comparison: Comparison, seen: readonly Seen[]): Result[] {
  const ours = seen[0];
  const ourFigures = ours !== undefined && 'rounds' in ours ? ours.rounds.map(round => round.figure) : [];
  return seen.map((one, index) => {
    const goal = goalOf(comparison.goals, one.name, index === 0);
    if ('skipped' in one) return skippedResult(comparison, one, goal);
    const figures = one.rounds.map(round => round.figure);
    const spread = spreadOf(figures);
    const ratio = spreadOf(ratiosToUs(ourFigures, figures, comparison.better));
    return {
      name: comparison.name,
      contender: one.name,
      unit: comparison.unit,
      ...spread,
      ratioToUs: ratio.median,
      ratioLowest: ratio.lowest,
      ratioHighest: ratio.highest,
      goal,
      met: goal === null ? null : isMet(comparison, goal, index === 0, spread, ratio),
      rounds: figures.length,
      seconds: spreadOf(one.rounds.map(round => round.seconds)).median,
      cpuSeconds: ofAll(
        one.rounds,
        round => round.cpuSeconds,
        values => spreadOf(values).median,
      ),
      peakBytes: ofAll(
        one.rounds,
        round => round.peakBytes,
        values => spreadOf(values).highest,
      ),
    };
  });
}

function goalOf(goals: readonly Goal[], contender: string, isOurs: boolean): number | null {
  for (const goal of goals) {
    if ('figure' in goal) {
      if (isOurs) return goal.figure;
    } else if (isMeant(goal.against, contender)) return goal.times;
  }
  return null;
}

function isMet(
  { better }: Comparison,
  goal: number,
  isOurs: boolean,
  figure: Spread,
  ratio: Spread,
): boolean {
  if (!isOurs) return ratio.median >= goal;
  return better === 'more' ? figure.median >= goal : figure.median <= goal;
}

function ofAll(
  rounds: readonly Round[],
  pick: (round: Round) => number | undefined,
  sum: (values: readonly number[]) => number,
): number | null {
  const values = rounds.map(pick).filter(value => value !== undefined);
  return values.length === 0 ? null : sum(values);
}

const skippedResult = (
  { name, unit }: Comparison,
  { name: contender, skipped, install }: Extract<Seen, { skipped: string }>,
  goal: number | null,
): Result => ({
  name,
  contender,
  unit,
  median: null,
  lowest: null,
  highest: null,
  ratioToUs: null,
  ratioLowest: null,
  ratioHighest: null,
  goal,
  met: null,
  rounds: 0,
  seconds: null,
  cpuSeconds: null,
  peakBytes: null,
  skipped,
  ...(install !== undefined && { install }),
});
