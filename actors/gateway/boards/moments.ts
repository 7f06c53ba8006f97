import type { PanelQuery } from '../../../protocol/panel-query.ts';
import type { Milliseconds } from '../../../protocol/time.ts';

/** Widths of the raster that ranges are put on. */
const STEPS_MS = [60_000, 15_000, 5_000, 1_000, 100, 10];

/** A raster of this many steps or more cannot be seen in a plot. */
const UNSEEN = 300;

/**
 * The range, widened to a raster that all viewers share: people who look at "the last hour" look at the same hour, and one
 * query answers them all. It grows by less than one part in 150.
 */
export function onRaster({ fromMs, toMs, maxDataPoints }: PanelQuery): Omit<PanelQuery, 'variables'> {
  const step = STEPS_MS.find(width => (toMs - fromMs) / width >= UNSEEN) ?? 1;
  return {
    fromMs: Math.floor(fromMs / step) * step,
    toMs: Math.ceil(toMs / step) * step,
    // Windows differ by a few pixels.
    maxDataPoints: Math.min(10_000, Math.ceil(maxDataPoints / 100) * 100),
  };
}

/** How long an answer is as good as new: half of the time after which the page asks again, a second at least. */
export const freshMs = ({ fromMs, toMs }: Pick<PanelQuery, 'fromMs' | 'toMs'>): Milliseconds =>
  Math.min(30_000, Math.max(1_000, (toMs - fromMs) / 2_000));
