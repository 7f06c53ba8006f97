import type { Comparison } from './comparison.ts';
import type { Result } from './result.ts';

const HEAD = [
  'contender',
  'median',
  'lowest..highest',
  'ours is',
  'lowest..highest',
  'goal',
  'CPU s of s',
  'peak',
];

/** A comparison for people: a title, a line for each contender, and what those who are missing are missed for. */
export function tableOf(comparison: Comparison, results: readonly Result[]): string {
  const rows = results.flatMap((result, index) =>
    result.median === null ? [] : [cells(result, index === 0)],
  );
  const widths = HEAD.map((head, column) =>
    Math.max(head.length, ...rows.map(row => (row[column] as string).length)),
  );
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] as number) : cell.padStart(widths[column] as number),
      )
      .join('  ')
      .trimEnd();
  const missing = results.flatMap(({ contender, skipped, install }) =>
    skipped === undefined
      ? []
      : [`${contender}: skipped, ${skipped}${install === undefined ? '' : ` (${install})`}`],
  );
  const sources = comparison.goals.flatMap(goal =>
    'source' in goal ? [`goal ${figure(goal.figure)} ${comparison.unit}: ${goal.source}`] : [],
  );
  return [
    `${comparison.name}: ${comparison.title}, ${comparison.unit}`,
    line(HEAD),
    ...rows.map(line),
    ...sources,
    ...missing,
  ].join('\n');
}

function cells(result: Result, isOurs: boolean): string[] {
  const { median, lowest, highest, ratioToUs, ratioLowest, ratioHighest, cpuSeconds, seconds, peakBytes } =
    result;
  return [
    result.contender,
    figure(median),
    `${figure(lowest)}..${figure(highest)}`,
    `${figure(ratioToUs)}x`,
    `${figure(ratioLowest)}..${figure(ratioHighest)}`,
    goalText(result, isOurs),
    `${cpuSeconds === null ? '-' : cpuSeconds.toFixed(2)} / ${seconds === null ? '-' : seconds.toFixed(2)}`,
    peakBytes === null ? '-' : `${(peakBytes / 2 ** 20).toFixed(0)} MiB`,
  ];
}

function goalText({ goal, met }: Result, isOurs: boolean): string {
  if (goal === null) return '';
  return `${figure(goal)}${isOurs ? '' : 'x'} ${met === true ? 'met' : 'NOT MET'}`;
}

/** Three digits that count, and no exponent. */
export function figure(value: number | null): string {
  if (value === null) return '-';
  const size = Math.abs(value);
  if (size >= 100) return String(Math.round(value)).replaceAll(/\B(?=(\d{3})+$)/g, ' ');
  if (size >= 10) return value.toFixed(1);
  return size >= 1 ? value.toFixed(2) : value.toPrecision(2);
}
