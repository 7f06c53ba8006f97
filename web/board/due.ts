/** A spill is in the store so long after the page has heard of it. */
export const STORED_MS = 1000;

/** Without news, what does not come with a spill (health, alarms, gaps) is asked for so often. */
const WITHOUT_NEWS_MS = 15_000;

/** A panel without an answer is asked for again after so long, whatever its range. */
const FAILED_MS = 10_000;

/** What a panel has been asked for. */
export interface Asked {
  readonly visible: boolean;
  /** In the time of `performance.now()`; undefined: never for the present range. */
  readonly askedAt: number | undefined;
  /** The store has more than what is drawn. */
  readonly outdated: boolean;
  /** The last answer was none. */
  readonly failed: boolean;
}

/**
 * Whether a panel is to be asked for now.
 * @param live new data changes what the range shows
 * @param everyMs how often its plots can show a difference
 */
export function isDue(
  { visible, askedAt, outdated, failed }: Asked,
  now: number,
  live: boolean,
  everyMs: number,
): boolean {
  if (!visible) return false;
  if (askedAt === undefined) return true;
  const wait = live ? (outdated ? everyMs : Math.max(everyMs, WITHOUT_NEWS_MS)) : Infinity;
  return now - askedAt >= (failed ? Math.min(wait, FAILED_MS) : wait);
}
