import { px } from './svg.ts';

interface Pane {
  readonly left: number;
  readonly width: number;
  readonly down: (counts: number) => number;
}

/**
 * A waveform as an SVG path. Where several samples fall on a pixel, first, lowest, highest and last of them are drawn: a short pulse
 * keeps its depth.
 */
export function tracePath(samples: Uint16Array, { left, width, down }: Pane): string {
  const step = Math.max(1, Math.floor(samples.length / width));
  const points: string[] = [];
  for (let from = 0; from < samples.length; from += step) {
    const end = Math.min(samples.length, from + step);
    let [lowest, highest] = [from, from];
    for (let at = from; at < end; at++) {
      if ((samples[at] as number) < (samples[lowest] as number)) lowest = at;
      if ((samples[at] as number) > (samples[highest] as number)) highest = at;
    }
    for (const at of new Set([from, Math.min(lowest, highest), Math.max(lowest, highest), end - 1]))
      points.push(`${px(left + ((at + 0.5) / samples.length) * width)} ${px(down(samples[at] as number))}`);
  }
  return `M${points.join('L')}`;
}
