import type { Frame } from '../../protocol/panel-query.ts';

/** One figure of a stat panel. */
export interface Figure {
  readonly name: string;
  readonly value: unknown;
  /** What it was reduced from, for the small line behind it. */
  readonly history: readonly unknown[];
}

type Reduce = (values: readonly unknown[]) => unknown;

const numbers = (values: readonly unknown[]): number[] =>
  values.filter((value): value is number => typeof value === 'number');

/** Grafana's names of ways to make one value of many. */
export const REDUCERS: Readonly<Record<string, Reduce>> = {
  lastNotNull: values => values.findLast(value => value !== null && value !== undefined) ?? null,
  last: values => values.at(-1) ?? null,
  firstNotNull: values => values.find(value => value !== null && value !== undefined) ?? null,
  min: values => (numbers(values).length > 0 ? Math.min(...numbers(values)) : null),
  max: values => (numbers(values).length > 0 ? Math.max(...numbers(values)) : null),
  mean: values =>
    numbers(values).length > 0 ? numbers(values).reduce((a, b) => a + b, 0) / numbers(values).length : null,
  sum: values => numbers(values).reduce((a, b) => a + b, 0),
  count: values => values.length,
};

/** @throws RangeError for a reducer there is not */
export function reduce(values: readonly unknown[], calc = 'lastNotNull'): unknown {
  const reducer = REDUCERS[calc];
  if (!reducer) throw new RangeError(`there is no calculation ${calc}`);
  return reducer(values);
}

/** The figures of a stat panel: each number column, or with a `fields` pattern every column but times. */
export function figuresOf(
  frames: readonly Frame[],
  options: { readonly calcs: readonly string[]; readonly fields: string },
): Figure[] {
  const calc = options.calcs[0] ?? 'lastNotNull';
  const wanted = (type: string) =>
    options.fields === '' ? type === 'number' || type === 'boolean' : type !== 'time';
  return frames.flatMap(frame =>
    frame.columns.flatMap(({ name, type }, index) => {
      const history = frame.values[index] ?? [];
      return wanted(type) && history.length > 0 ? [{ name, value: reduce(history, calc), history }] : [];
    }),
  );
}
