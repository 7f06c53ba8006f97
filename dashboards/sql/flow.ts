import { TIME } from './columns.ts';

/** 1 where an actor said in every heartbeat of the interval that it runs, else 0; nothing where it was silent. */
export const actorStates = `SELECT ${TIME}, actor, min(min) AS Value
FROM flow_at(interval = $__interval_s)
WHERE figure = 'running' AND $__timeFilter(ts)
GROUP BY time, actor ORDER BY time, actor`;

/** Largest value of a figure per lane or latency. */
export const figure = (name: string, label: string, value = 'max(max)'): string =>
  `SELECT ${TIME}, concat(actor, ' ', name) AS ${label}, ${value} AS Value
FROM flow_at(interval = $__interval_s)
WHERE figure = '${name}' AND $__timeFilter(ts)
GROUP BY time, ${label} ORDER BY time, ${label}`;

/** What a counter of an actor grew by, per second; a restart, after which it counts from 0, is no loss. */
export const growth = (counters: readonly string[], label: string): string =>
  `SELECT time, ${label}, greatest(0, highest - before) / greatest(1, dateDiff('second', earlier, time)) AS Value
FROM (
  SELECT time, ${label}, highest,
    lagInFrame(highest, 1, highest) OVER w AS before, lagInFrame(time, 1, time) OVER w AS earlier
  FROM (
    SELECT ${TIME}, concat(actor, ' ', name) AS ${label}, max(max) AS highest
    FROM flow_at(interval = $__interval_s)
    WHERE figure = 'counter' AND name IN (${counters.map(each => `'${each}'`).join(', ')}) AND $__timeFilter(ts)
    GROUP BY time, ${label}
  )
  WINDOW w AS (PARTITION BY ${label} ORDER BY time ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
)
ORDER BY time, ${label}`;

/** Largest value of heartbeat figures of an actor in each interval, a series each. */
export const said = (actor: string, figure: string, names: readonly string[], label = 'name'): string =>
  `SELECT ${TIME}, ${label} AS series, max(max) AS Value
FROM flow_at(interval = $__interval_s)
WHERE actor = '${actor}' AND figure = '${figure}' AND name IN (${names.map(name => `'${name}'`).join(', ')}) AND $__timeFilter(ts)
GROUP BY time, series ORDER BY time, series`;
