import { commonScale, formatNumber } from './format.ts';

const MOST_DECIMALS = 6;

/** Fewest decimals that tell steps of this size apart. */
function decimalsOf(step: number): number {
  for (let decimals = 0; decimals < MOST_DECIMALS; decimals++) {
    const whole = step * 10 ** decimals;
    if (whole > 0.5 && Math.abs(whole - Math.round(whole)) < 1e-6 * whole) return decimals;
  }
  return MOST_DECIMALS;
}

/** What stands at the marks of an axis: one unit for all of them, and as many decimals as tell them apart. */
export function axisLabels(marks: readonly number[], step: number, unit = 'none'): string[] {
  const largest = Math.max(0, ...marks.map(Math.abs));
  if (unit.startsWith('dateTime')) return marks.map(mark => formatNumber(mark, unit).text);
  const { factor, unit: shown } = commonScale(largest, unit);
  const isWide = largest * factor >= 1e7 || (largest > 0 && step * factor < 1e-6);
  const decimals = decimalsOf(step * factor);
  return marks.map(mark => {
    const value = mark * factor;
    return `${isWide ? value.toExponential(2) : value.toFixed(decimals)} ${shown}`.trimEnd();
  });
}
