import type { Frame } from '../../protocol/panel-query.ts';
import { asText } from './format.ts';

/** One line of a plot; x is in seconds since 1970 and rises. */
export interface Series {
  readonly name: string;
  readonly x: readonly number[];
  readonly y: readonly (number | null)[];
}

/** Numbers that cannot be drawn leave a gap, as a missing value does. */
export const drawable = (value: unknown): number | null => {
  if (typeof value === 'boolean') return value ? 1 : 0;
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
};

const indexesOf = (frame: Frame, type: string): number[] =>
  frame.columns.flatMap((column, index) => (column.type === type ? [index] : []));

/**
 * Lines of frames in either form that Grafana knows: wide, where every number column is a line, and long, where text
 * columns tell the lines apart. Frames without a time column have none.
 */
export const seriesOf = (frames: readonly Frame[]): Series[] => frames.flatMap(seriesOfFrame);

function seriesOfFrame(frame: Frame): Series[] {
  const time = indexesOf(frame, 'time')[0];
  if (time === undefined) return [];
  const numbers = [...indexesOf(frame, 'number'), ...indexesOf(frame, 'boolean')];
  const labels = indexesOf(frame, 'string');
  const seconds = (frame.values[time] ?? []).map(ms => Number(ms) / 1000);
  if (labels.length === 0) {
    return numbers.map(index => ({
      name: frame.columns[index]?.name ?? '',
      x: seconds,
      y: (frame.values[index] ?? []).map(drawable),
    }));
  }
  const lines = new Map<string, { x: number[]; y: (number | null)[] }>();
  for (const [row, at] of seconds.entries()) {
    const label = labels.map(index => asText(frame.values[index]?.[row])).join(' ');
    for (const index of numbers) {
      const name = numbers.length > 1 ? `${frame.columns[index]?.name ?? ''} ${label}` : label;
      let line = lines.get(name);
      if (!line) lines.set(name, (line = { x: [], y: [] }));
      line.x.push(at);
      line.y.push(drawable(frame.values[index]?.[row]));
    }
  }
  return [...lines].map(([name, line]) => ({ name, ...line }));
}

/** Lines brought onto one common x: null where the line has a value of null, undefined where it has no point. */
export interface Aligned {
  readonly x: number[];
  readonly ys: (number | null | undefined)[][];
}

export function align(series: readonly Series[]): Aligned {
  const first = series[0];
  if (!first) return { x: [], ys: [] };
  if (series.every(({ x }) => x === first.x)) {
    return { x: [...first.x], ys: series.map(({ y }) => [...y]) };
  }
  const x = [...new Set(series.flatMap(one => one.x))].toSorted((a, b) => a - b);
  const place = new Map(x.map((at, index) => [at, index]));
  const ys = series.map(one => {
    const y = Array.from<number | null | undefined>({ length: x.length });
    for (const [index, at] of one.x.entries()) y[place.get(at) ?? 0] = one.y[index] ?? null;
    return y;
  });
  return { x, ys };
}

/** Sums each line onto those before it, as stacked areas are drawn; a gap counts as 0. */
export function stack({ x, ys }: Aligned): Aligned {
  const sum = x.map(() => 0);
  return { x, ys: ys.map(y => y.map((value, index) => (sum[index] = (sum[index] ?? 0) + (value ?? 0)))) };
}
