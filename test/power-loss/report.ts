/** What one power cut did. */
export interface Cut {
  /** Units that somebody had been told are safe. */
  readonly acknowledged: number;
  /** Of these, not there afterwards, or other than they were. */
  readonly lost: number;
  /** There more than once, after what was not known to be done had been done again. */
  readonly doubled: number;
  /** How long before the cut the oldest of the lost ones was acknowledged, in seconds. */
  readonly oldestLost?: number;
}

/** Cuts of one component under one policy. */
export interface Tally extends Cut {
  readonly component: string;
  readonly policy: string;
  /** Whether nothing may be missing or double. */
  readonly promised: boolean;
  readonly cuts: number;
  /** Of the cuts, those after which something was missing or double. */
  readonly harmful: number;
  readonly oldestLost: number;
}

export function tally(what: Pick<Tally, 'component' | 'policy' | 'promised'>, cuts: readonly Cut[]): Tally {
  const sum = (of: (cut: Cut) => number) => cuts.reduce((total, cut) => total + of(cut), 0);
  return {
    ...what,
    cuts: cuts.length,
    harmful: cuts.filter(({ lost, doubled }) => lost + doubled > 0).length,
    acknowledged: sum(cut => cut.acknowledged),
    lost: sum(cut => cut.lost),
    doubled: sum(cut => cut.doubled),
    oldestLost: Math.max(0, ...cuts.map(cut => cut.oldestLost ?? 0)),
  };
}

const columns = (cells: readonly (string | number)[]): string =>
  cells.map((cell, index) => (index < 2 ? String(cell).padEnd(24) : String(cell).padStart(13))).join('');

export const heading = columns([
  'component',
  'policy',
  'cuts',
  'acknowledged',
  'lost',
  'doubled',
  'oldest lost',
]);

export const line = (one: Tally): string =>
  columns([
    one.component,
    one.policy,
    one.cuts,
    one.acknowledged,
    one.lost,
    one.doubled,
    one.oldestLost > 0 ? `${one.oldestLost.toFixed(1)} s` : '',
  ]);
