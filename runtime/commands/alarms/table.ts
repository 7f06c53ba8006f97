import { styleText } from 'node:util';
import type { Severity } from '../../../protocol/alarm/severity.ts';
import type { AlarmChange } from '../../../protocol/messages/alarm-change.ts';
import { type EventTime, formatEventTime } from '../../../protocol/time.ts';
import { printable } from '../../printable.ts';

/** Columns under their heads, as wide as they need to be; the last one may be ragged. `paint` sees a padded first cell. */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  paint: (cell: string, row: number) => string = cell => cell,
): string {
  const clean = rows.map(row => row.map(cell => printable(cell).replaceAll(/[\n\t]+/g, ' ')));
  const widths = head.map((name, column) =>
    Math.max(name.length, ...clean.map(row => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[], row: number) =>
    cells
      .map((cell, column) => (column === cells.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)))
      .map((cell, column) => (column === 0 && row >= 0 ? paint(cell, row) : cell))
      .join('  ')
      .trimEnd();
  return [line(head, -1), ...clean.map(line)].map(text => `${text}\n`).join('');
}

const COLOURS: Readonly<Record<Severity, Parameters<typeof styleText>[0]>> = {
  NO_ALARM: 'dim',
  MINOR: 'yellow',
  MAJOR: 'red',
  INVALID: 'magenta',
};

/** The list of alarms. Colours only where a terminal shows them and nobody has set NO_COLOR. */
export function alarmTable(alarms: readonly AlarmChange[], stream: NodeJS.WritableStream): string {
  const rows = alarms.map(one => [
    one.peak,
    one.to,
    one.alarm,
    shortTime(one.raisedAt ?? one.at),
    valueOf(one),
    whoOf(one),
  ]);
  const colourful = 'isTTY' in stream && stream.isTTY === true;
  return table(['SEVERITY', 'STATE', 'ALARM', 'SINCE', 'VALUE', 'WHO'], rows, (cell, row) => {
    const severity = alarms[row]?.peak;
    return colourful && severity ? styleText(COLOURS[severity], cell, { stream }) : cell;
  });
}

/** `2026-11-21 01:44:43`, in UTC. */
export const shortTime = (time: EventTime): string => formatEventTime(time).slice(0, 19).replace('T', ' ');

export const valueOf = ({ value, units }: AlarmChange): string =>
  value === null ? '' : `${String(value)} ${units}`.trim();

const whoOf = ({ owner, acknowledged, shelved, disabled }: AlarmChange): string =>
  owner ?? disabled?.by ?? shelved?.by ?? acknowledged?.by ?? '';
