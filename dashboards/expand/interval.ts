/** Upper bounds (exclusive) and the interval given below each, in ms: Grafana's `roundInterval` (grafana-data, rangeutil.ts). */
const STEPS: readonly (readonly [below: number, interval: number])[] = [
  [10, 1],
  [15, 10],
  [35, 20],
  [75, 50],
  [150, 100],
  [350, 200],
  [750, 500],
  [1_500, 1_000],
  [3_500, 2_000],
  [7_500, 5_000],
  [12_500, 10_000],
  [17_500, 15_000],
  [25_000, 20_000],
  [45_000, 30_000],
  [90_000, 60_000],
  [210_000, 120_000],
  [450_000, 300_000],
  [750_000, 600_000],
  [1_050_000, 900_000],
  [1_500_000, 1_200_000],
  [2_700_000, 1_800_000],
  [5_400_000, 3_600_000],
  [9_000_000, 7_200_000],
  [16_200_000, 10_800_000],
  [32_400_000, 21_600_000],
  [86_400_000, 43_200_000],
  [604_800_000, 86_400_000],
  [1_814_400_000, 604_800_000],
  [3_628_800_000, 2_592_000_000],
];
const YEAR_MS = 31_536_000_000;

/**
 * Time between two points of a panel, in ms, as Grafana chooses it.
 * @param points most points the panel can draw (`maxDataPoints`, else its width in pixels)
 * @param leastMs what the panel asks for at least (`interval`)
 */
export function intervalOf(rangeMs: number, points: number, leastMs = 1): number {
  const wanted = rangeMs / Math.max(1, points);
  return Math.max(leastMs, STEPS.find(([below]) => wanted < below)?.[1] ?? YEAR_MS);
}

const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  M: 2_592_000_000,
  y: YEAR_MS,
};

/** `30s`, `5m`, `>1m` in ms; undefined when it is not an interval. */
export function intervalMs(text: string): number | undefined {
  const [, count, unit = 's'] = /^>?(\d+(?:\.\d+)?)(ms|[smhdwMy])?$/.exec(text.trim()) ?? [];
  const each = UNIT_MS[unit];
  return count === undefined || each === undefined ? undefined : Number(count) * each;
}

/** The largest whole unit, as Grafana writes `$__interval`: `30s`, `2m`, `1h`, `500ms`. */
export function intervalText(ms: number): string {
  for (const unit of ['y', 'd', 'h', 'm', 's'] as const) {
    const each = UNIT_MS[unit] ?? 1;
    if (ms >= each) return `${Math.floor(ms / each)}${unit}`;
  }
  return `${ms}ms`;
}
