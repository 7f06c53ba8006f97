import { actorStates } from '../sql/flow.ts';
import { type PanelSpec, stat, stateTimeline, words } from './panels.ts';

/** Panels about the data's way that more than one board has. */

/** What a board says of such a panel itself. */
type Own = Pick<PanelSpec, 'id' | 'title'> & {
  readonly description: string;
  readonly links?: NonNullable<PanelSpec['links']>;
};

/** Seconds since the last reading in the store. */
export const ageOfReadings = (own: Own): PanelSpec =>
  stat({
    ...own,
    unit: 's',
    decimals: 0,
    noValue: 'NO DATA',
    thresholds: [
      { value: null, color: 'green' },
      { value: 15, color: 'yellow' },
      { value: 30, color: 'red' },
    ],
    query: `SELECT greatest(0, dateDiff('second', max(last_ts), $__toTime)) AS age FROM readings_1m
WHERE ts > $__toTime - INTERVAL 1 DAY AND ts <= $__toTime HAVING count() > 0`,
  });

/** A lane per actor: running, not running, or silent where there is nothing. */
export const actorLanes = (own: Own & { readonly maxDataPoints: number }): PanelSpec =>
  stateTimeline({
    ...own,
    unit: 'none',
    interval: '1m',
    query: actorStates,
    mappings: [words({ 0: ['not running', 'red'], 1: ['running', 'green'] })],
    thresholds: [
      { value: null, color: 'red' },
      { value: 1, color: 'green' },
    ],
  });
