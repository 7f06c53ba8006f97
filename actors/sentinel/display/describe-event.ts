import type { Reconstruction } from '../reconstruction/reconstruct.ts';
import { countOf, formatCounts, nameOf, type Shown } from './picture.ts';

/** An event display in words, for those who do not see it. @param pixelMm width of a pixel in the gas */
export function describeEvent(
  shown: Shown & { readonly camera: number },
  result: Reconstruction,
  pixelMm: number,
): string {
  const name = `Event display of ${nameOf(shown)}, camera ${shown.camera}: `;
  if (result.kind === 'spark')
    return `${name}a spark of ${formatCounts(result.counts)} raw counts, not reconstructed.`;
  const [brightest] = result.clusters;
  const clusters = `${name}${countOf(result.clusters.length, 'cluster')}`;
  if (!brightest) return `${clusters}.`;
  const { sc_integral, sc_length, sc_xmean, sc_ymean } = brightest;
  const length = `${formatCounts(sc_length)} pixels (${formatCounts(sc_length * pixelMm)} mm) long`;
  return `${clusters}; the brightest has ${formatCounts(sc_integral)} counts, is ${length} and lies around sc_x ${formatCounts(sc_xmean)}, sc_y ${formatCounts(sc_ymean)}.`;
}
