import { interpolateInferno } from 'd3-scale-chromatic';
import { wordOf } from './canvas.ts';

/** Steps of the map: finer ones cannot be seen under the noise, and make a PNG a half larger. */
const STEPS = 96;

/** Inferno (Smith and van der Walt 2015, CC0), `#rrggbb`: even to the eye, in grey and to any colour vision. @param share 0 to 1, clipped */
export const inferno = (share: number): string =>
  interpolateInferno(Math.min(STEPS - 1, Math.max(0, Math.floor(share * STEPS))) / (STEPS - 1));

/** Tops of a colour scale, counts. Few of them, so that colours mean the same from one event to the next. */
const TOPS = [50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000];

/** Share of a picture that may lie above the top. */
const ABOVE = 5e-4;

/** The lowest top that all but a few of these counts stay below. */
export function topOf(counts: Float32Array): number {
  const above = TOPS.map(() => 0);
  for (const value of counts)
    for (let at = 0; at < TOPS.length && value > (TOPS[at] as number); at++)
      above[at] = (above[at] as number) + 1;
  return TOPS.find((_, at) => (above[at] as number) <= ABOVE * counts.length) ?? (TOPS.at(-1) as number);
}

/** Where the scale turns from straight to logarithmic, counts: a little above the noise of a mean. */
const BEND = 5;

/**
 * A colour scale on which the faint light of a muon and the bright one of an alpha can both be seen: the inverse hyperbolic sine, straight
 * near 0 and logarithmic above. Light below the pedestal is black.
 */
export interface ColorScale {
  readonly top: number;
  /** 0 for no light, 1 for `top`. */
  share(counts: number): number;
}

export const colorScale = (top: number): ColorScale => {
  const whole = Math.asinh(top / BEND);
  return { top, share: counts => Math.asinh(counts / BEND) / whole };
};

/** Entries of a table of colours for each count. */
const PER_COUNT = 8;

/** Colours looked up by counts, as words of a canvas: a picture asks half a million times. */
export function colorTable(scale: ColorScale): (counts: number) => number {
  const steps = Array.from({ length: STEPS }, (_, step) => wordOf(inferno((step + 0.5) / STEPS)));
  const words = Uint32Array.from(
    { length: scale.top * PER_COUNT + 1 },
    (_, at) => steps[Math.min(STEPS - 1, Math.floor(scale.share(at / PER_COUNT) * STEPS))] as number,
  );
  const last = words.length - 1;
  return counts => words[Math.min(last, Math.max(0, Math.floor(counts * PER_COUNT)))] as number;
}
