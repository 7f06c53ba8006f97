/** Most steps of one fit; a fit that has not settled by then has found nothing. */
export const FIT_STEPS = 80;

export interface GaussianFit {
  readonly amplitude: number;
  readonly centre: number;
  readonly sigma: number;
  readonly constant: number;
  /** Root mean square of what the fit leaves over. */
  readonly residual: number;
}

type Four = [number, number, number, number];

/**
 * Least-squares fit of a Gaussian plus a constant (numi.md 5.2), by Levenberg and Marquardt's method.
 * Starts at the highest point with sigma 1, and with the height of the points themselves: the amplitude of 1.5 that the
 * source starts with is that of one monitor's gain, and misses peaks of a twentieth of it.
 * @returns undefined when it does not settle, or with fewer than five points
 */
export function fitGaussian(x: readonly number[], y: readonly number[]): GaussianFit | undefined {
  if (x.length < 5 || x.length !== y.length) return undefined;
  const highest = y.reduce((best, value, index) => (value > (y[best] ?? 0) ? index : best), 0);
  const top = y[highest] ?? 0;
  const bottom = y.reduce((a, b) => Math.min(a, b), top);
  let parameters: Four = [top - bottom, x[highest] ?? 0, 1, bottom];
  let equations = normalEquations(x, y, parameters);
  // Rounding leaves about this much of a fit that meets every point.
  const exact = 1e-26 * y.reduce((sum, value) => sum + value * value, 0);
  let damping = 1e-3;
  for (let step = 0; step < FIT_STEPS; step++) {
    const change = solve(equations.matrix, equations.vector, damping);
    if (!change) return undefined;
    const trial = parameters.map((value, index) => value + (change[index] ?? 0)) as Four;
    const next = normalEquations(x, y, trial);
    // Written so that a trial which comes to NaN counts as worse.
    if (!(next.squares <= equations.squares)) {
      damping *= 10;
      if (damping > 1e12) return result(parameters, equations.squares, x.length);
      continue;
    }
    const settled = equations.squares - next.squares <= 1e-12 * equations.squares || next.squares <= exact;
    parameters = trial;
    equations = next;
    damping = Math.max(1e-12, damping / 10);
    if (settled) return result(parameters, equations.squares, x.length);
  }
  return undefined;
}

const result = (
  [amplitude, centre, sigma, constant]: Four,
  squares: number,
  points: number,
): GaussianFit => ({
  amplitude,
  centre,
  sigma: Math.abs(sigma),
  constant,
  residual: Math.sqrt(squares / points),
});

interface Equations {
  /** Sums of products of the derivatives, row by row. */
  readonly matrix: readonly number[];
  readonly vector: readonly number[];
  readonly squares: number;
}

function normalEquations(x: readonly number[], y: readonly number[], parameters: Four): Equations {
  const [amplitude, centre, sigma, constant] = parameters;
  const matrix = Array.from({ length: 16 }, () => 0);
  const vector = Array.from({ length: 4 }, () => 0);
  let squares = 0;
  for (let point = 0; point < x.length; point++) {
    const away = ((x[point] ?? 0) - centre) / sigma;
    const bell = Math.exp(-0.5 * away * away);
    const left = (y[point] ?? 0) - amplitude * bell - constant;
    const slope = (amplitude * bell * away) / sigma;
    const derivatives: Four = [bell, slope, slope * away, 1];
    squares += left * left;
    for (let row = 0; row < 4; row++) {
      const derivative = derivatives[row] ?? 0;
      vector[row] = (vector[row] ?? 0) + derivative * left;
      for (let column = 0; column < 4; column++) {
        const at = row * 4 + column;
        matrix[at] = (matrix[at] ?? 0) + derivative * (derivatives[column] ?? 0);
      }
    }
  }
  return { matrix, vector, squares };
}

/** Solves the damped equations by Gauss's elimination; undefined when they have no single solution. */
function solve(matrix: readonly number[], vector: readonly number[], damping: number): Four | undefined {
  const rows = [0, 1, 2, 3].map(row => {
    const values = matrix.slice(row * 4, row * 4 + 4);
    // The small addend keeps a parameter movable on which nothing depends for the moment.
    values[row] = (values[row] ?? 0) * (1 + damping) + 1e-30;
    return [...values, vector[row] ?? 0];
  });
  for (let column = 0; column < 4; column++) {
    const size = (row: number[]) => Math.abs(row[column] ?? 0);
    const best = rows.slice(column).reduce((a, b) => (size(b) > size(a) ? b : a));
    if (!(size(best) > 0)) return undefined;
    const from = rows.indexOf(best);
    [rows[column], rows[from]] = [best, rows[column] ?? best];
    for (const row of rows) {
      if (row === best) continue;
      const factor = (row[column] ?? 0) / (best[column] ?? 1);
      for (let at = column; at < 5; at++) row[at] = (row[at] ?? 0) - factor * (best[at] ?? 0);
    }
  }
  return rows.map((row, index) => (row[4] ?? 0) / (row[index] ?? 1)) as Four;
}
