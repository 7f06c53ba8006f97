import type { BoardAnnotation } from '../../../dashboards/read-board.ts';
import type { Region } from '../../../protocol/panel-query.ts';
import type { Table } from './table.ts';

/** Regions of an annotation: its columns `time`, `timeEnd` where there is one, and `text`, as Grafana reads them. */
export function regionsOf(annotation: BoardAnnotation, { columns, values }: Table): Region[] {
  const column = (name: string) => values[columns.findIndex(one => one.name === name)] ?? [];
  const [times, ends, texts] = [column('time'), column('timeEnd'), column('text')];
  const color = annotation['iconColor'];
  return times.flatMap((fromMs, row) => {
    if (typeof fromMs !== 'number') return [];
    const [end, text] = [ends[row], texts[row]];
    return [
      {
        name: annotation.name,
        color: typeof color === 'string' ? color : 'blue',
        fromMs,
        toMs: typeof end === 'number' ? Math.max(fromMs, end) : fromMs,
        text: typeof text === 'string' ? text : JSON.stringify(text ?? ''),
      },
    ];
  });
}
