/** What is known of the serials of one equipment in one run. */
export interface SerialCount {
  /** Those kept, copies included. */
  readonly events: number;
  readonly first: number;
  readonly last: number;
  /** Different serials among them. */
  readonly distinct: number;
  /** Events that came again and were not kept twice. */
  readonly duplicates: number;
}

/** An event that is kept, or was by an earlier life. */
export interface Kept {
  readonly digest: string;
  /** 0 for the first under its serial, 1, 2, ... for others of other contents. */
  readonly copy: number;
  /** Whether it is in the counts: what an earlier life has kept is not until it is met again. */
  readonly counted: boolean;
  /** Number of the telling that it was met in last; `null` before it is met. */
  readonly telling: number | null;
}

export interface Counted {
  readonly count: SerialCount;
  /** What is kept under this serial now. */
  readonly kept: readonly Kept[];
  /**
   * new: to be kept; again: it is kept, and the source tells it anew because nobody knew; duplicate: the source has it twice.
   */
  readonly verdict: 'new' | 'again' | 'duplicate';
  readonly copy: number;
  /** Serials left out between this one and those before. */
  readonly missing: { readonly first: number; readonly last: number } | null;
}

/**
 * Counts one event. Serials count per equipment and run, so a serial is taken when it has been met with other contents, and
 * the event is a copy. One that comes late takes its place among those that were missing.
 *
 * @param kept what is kept under its serial
 * @param telling a reading of a file from its begin, or a connection: within one, nothing is told twice for lack of an answer
 */
export function countSerial(
  before: SerialCount | undefined,
  { serial, digest }: { readonly serial: number; readonly digest: string },
  kept: readonly Kept[],
  telling: number,
): Counted {
  const known = kept.find(one => one.digest === digest);
  if (before && known?.telling === telling) {
    const count = { ...before, duplicates: before.duplicates + 1 };
    return { count, kept, verdict: 'duplicate', copy: known.copy, missing: null };
  }
  const copy = known?.copy ?? kept.reduce((next, one) => Math.max(next, one.copy + 1), 0);
  const met: Kept = { digest, copy, counted: true, telling };
  const now = known ? kept.map(one => (one === known ? met : one)) : [...kept, met];
  const verdict = known ? 'again' : 'new';
  if (before && known?.counted) return { count: before, kept: now, verdict, copy, missing: null };
  const isFirstOfSerial = !kept.some(({ counted }) => counted);
  return {
    count: {
      events: (before?.events ?? 0) + 1,
      first: Math.min(before?.first ?? serial, serial),
      last: Math.max(before?.last ?? serial, serial),
      distinct: (before?.distinct ?? 0) + (isFirstOfSerial ? 1 : 0),
      duplicates: before?.duplicates ?? 0,
    },
    kept: now,
    verdict,
    copy,
    missing: before ? between(before, serial) : null,
  };
}

function between({ first, last }: SerialCount, serial: number): Counted['missing'] {
  if (serial > last + 1) return { first: last + 1, last: serial - 1 };
  return serial < first - 1 ? { first: serial + 1, last: first - 1 } : null;
}

/** Serials between the first and the last that nothing came under. */
export const missingOf = ({ first, last, distinct }: SerialCount): number => last - first + 1 - distinct;
