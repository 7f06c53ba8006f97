import type { Profile } from '../profiles/profile.ts';

/**
 * Noise reducer (reference C1 step 9), in place. The two outermost rows and columns become 0; then, row by row, for all but the
 * first and the last two of each axis:
 *
 * - a macro-pixel more than `spike` from the mean of its eight neighbours becomes that mean;
 * - where that mean is below `neighbourMean` it becomes 0;
 * - where fewer than `nonZero` of the 3 x 3 are non-zero, itself as it was, it becomes 0.
 *
 * A macro-pixel meets the neighbours before it as already changed, so the order of the scan is part of the result: rows of the
 * picture from the first, within each the columns from the first.
 *
 * @param grid macro-pixels, counts, `rows` times `columns`, row by row
 */
export function reduceNoise(
  grid: Float64Array,
  rows: number,
  columns: number,
  noise: Profile['noise'],
): void {
  const { spike, neighbourMean, nonZero } = noise;
  clearFrame(grid, rows, columns);
  for (let row = 1; row < rows - 2; row++) {
    for (let column = 1; column < columns - 2; column++) {
      const at = row * columns + column;
      // Named by row and column from the one in the middle; added in this order, on which the last bit depends.
      const a = grid[at - columns - 1] as number;
      const b = grid[at - 1] as number;
      const c = grid[at + columns - 1] as number;
      const d = grid[at - columns] as number;
      const centre = grid[at] as number;
      const f = grid[at + columns] as number;
      const g = grid[at - columns + 1] as number;
      const h = grid[at + 1] as number;
      const i = grid[at + columns + 1] as number;
      const mean = (a + b + c + d + f + g + h + i) / 8;
      if (mean < neighbourMean) {
        grid[at] = 0;
        continue;
      }
      const zeros =
        isZero(a) + isZero(b) + isZero(c) + isZero(d) + isZero(f) + isZero(g) + isZero(h) + isZero(i);
      if (9 - zeros - isZero(centre) < nonZero) grid[at] = 0;
      else if (Math.abs(centre - mean) > spike) grid[at] = mean;
    }
  }
}

function clearFrame(grid: Float64Array, rows: number, columns: number): void {
  grid.fill(0, 0, 2 * columns);
  grid.fill(0, (rows - 2) * columns);
  for (let row = 0; row < rows; row++) {
    const start = row * columns;
    grid.fill(0, start, start + 2);
    grid.fill(0, start + columns - 2, start + columns);
  }
}

const isZero = (value: number): number => (value === 0 ? 1 : 0);
