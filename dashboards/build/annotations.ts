import { episodes } from '../../runtime/store/kpis/alarm-history.ts';
import type { Annotation, Color } from '../model.ts';
import { runRegions } from '../sql/runs.ts';
import { dataSource, rows } from './target.ts';

const annotation = (name: string, iconColor: Color, sql: string, enable = true): Annotation => {
  const [target] = rows(sql);
  if (!target) throw new Error('an annotation needs a query');
  return {
    name,
    enable,
    hide: false,
    iconColor,
    datasource: dataSource,
    target: { ...target, refId: 'annotation' },
  };
};

/** Regions from one change of the machine mode to the next, the one under way at the begin of the range among them. */
export const machineModes = annotation(
  'Machine modes',
  'blue',
  `SELECT greatest(began, $__fromTime_ms) AS time, least(ended, $__toTime_ms) AS timeEnd,
  concat('mode ', mode, if(set_by = '', '', concat(', set by ', set_by))) AS text, mode AS tags
FROM (
  SELECT ts AS began, mode, set_by,
    leadInFrame(ts, 1, toDateTime64('2100-01-01', 6, 'UTC')) OVER (ORDER BY ts ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) AS ended
  FROM machine_modes
)
WHERE began <= $__toTime_ms AND ended >= $__fromTime_ms
ORDER BY time LIMIT 200`,
);

/** Regions in which an alarm was active. */
export const alarms = annotation(
  'Alarms',
  'red',
  `SELECT began AS time, ended AS timeEnd, alarm AS text, alarm AS tags
FROM ${episodes({ from: '$__fromTime_ms', to: '$__toTime_ms' })} ORDER BY time LIMIT 300`,
);

/** Regions of the runs of the chosen detector. */
export const runs = annotation('Runs', 'light-blue', runRegions);
