import type { Pedestal } from '../../protocol/messages/pedestal.ts';
import type { PedestalMap } from '../../protocol/pedestal/map.ts';

type Figures = Extract<Pedestal['outcome'], { kind: 'made' }>['figures'];

/** A rectangle of the sensor: first row and column, and how many of each. */
interface Rectangle {
  readonly row: number;
  readonly column: number;
  readonly rows: number;
  readonly columns: number;
}

/** Side of a region, pixels (reference C6). */
const SIDE = 256;

/**
 * What the data acquisition of CYGNO tells of a pedestal run (reference C6): sum, mean and standard deviation of the whole
 * picture, mean and deviation of nine regions. Where they lie is ours, since it is not told there: in the middle of each ninth of
 * the picture; where a ninth is smaller than a region, the region is the ninth.
 */
export function figuresOf(map: PedestalMap): Figures {
  const { rows, columns } = map;
  const whole = { row: 0, column: 0, rows, columns };
  return {
    sum: total(map.sums, columns, whole) / map.pictures,
    whole: areaOf(map, whole),
    regions: regionsOf(rows, columns).map(region => areaOf(map, region)),
  };
}

/** Of the nine, row by row of the sensor. A sensor of fewer than three rows or columns has the same ones several times. */
export const regionsOf = (rows: number, columns: number): readonly Rectangle[] =>
  [0, 1, 2].flatMap(down =>
    [0, 1, 2].map(across => {
      const vertical = middleOf(rows, down);
      const horizontal = middleOf(columns, across);
      return {
        row: vertical.first,
        rows: vertical.count,
        column: horizontal.first,
        columns: horizontal.count,
      };
    }),
  );

/** The middle of one third of a side. */
function middleOf(side: number, third: number): { first: number; count: number } {
  const begin = Math.floor((side * third) / 3);
  const length = Math.max(1, Math.floor((side * (third + 1)) / 3) - begin);
  const count = Math.min(SIDE, length);
  return { first: begin + ((length - count) >> 1), count };
}

/** Over the pixels of an area and all pictures; the deviation is that of a population (n). */
function areaOf(map: PedestalMap, area: Rectangle): Figures['whole'] {
  const values = map.pictures * area.rows * area.columns;
  const mean = total(map.sums, map.columns, area) / values;
  const squares = total(map.squares, map.columns, area) / values;
  return { mean, sigma: Math.sqrt(Math.max(0, squares - mean * mean)) };
}

function total(values: ArrayLike<number>, width: number, { row, column, rows, columns }: Rectangle): number {
  let sum = 0;
  for (let line = row; line < row + rows; line++) {
    const start = line * width + column;
    for (let at = start; at < start + columns; at++) sum += values[at] as number;
  }
  return sum;
}
