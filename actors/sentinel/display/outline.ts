import { MACRO } from '../reconstruction/macro.ts';
import type { Points } from '../reconstruction/points.ts';

/** Where a pixel of the reconstructed picture stands on the drawing. */
export interface Placing {
  /** From a row or a column of the picture, in pixels at full resolution, to the drawing. */
  readonly down: (row: number) => number;
  readonly across: (column: number) => number;
}

/**
 * A line around the macro-pixels of a cluster and one more on every side, so that it hides none of the light.
 * @returns an SVG path of its straight pieces
 */
export function outlineOf(points: Points, members: readonly number[], { down, across }: Placing): string {
  let [top, bottom, left, right] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const point of members) {
    top = Math.min(top, points.rows[point] as number);
    bottom = Math.max(bottom, points.rows[point] as number);
    left = Math.min(left, points.columns[point] as number);
    right = Math.max(right, points.columns[point] as number);
  }
  // Room for one macro-pixel around, and an empty one around that.
  const width = right - left + 5;
  const height = bottom - top + 5;
  const inside = new Uint8Array(width * height);
  for (const point of members) {
    const row = (points.rows[point] as number) - top + 2;
    const column = (points.columns[point] as number) - left + 2;
    for (let near = row - 1; near <= row + 1; near++)
      inside.fill(1, near * width + column - 1, near * width + column + 2);
  }
  const y = (row: number) => onPixels(down((row + top - 2) * MACRO));
  const x = (column: number) => onPixels(across((column + left - 2) * MACRO));
  const pieces: string[] = [];
  for (let row = 1; row < height; row++)
    for (const [from, to] of stretches(
      width,
      at => inside[row * width + at] !== inside[(row - 1) * width + at],
    ))
      pieces.push(`M${x(from)} ${y(row)}H${x(to)}`);
  for (let column = 1; column < width; column++)
    for (const [from, to] of stretches(
      height,
      at => inside[at * width + column] !== inside[at * width + column - 1],
    ))
      pieces.push(`M${x(column)} ${y(from)}V${y(to)}`);
  return pieces.join('');
}

/** In the middle of a pixel a line of one pixel is sharp. */
const onPixels = (place: number): number => Math.round(place) + 0.5;

/** Where something holds without a break: from, and up to but not with. */
function* stretches(length: number, holds: (at: number) => boolean): Generator<[from: number, to: number]> {
  let from = -1;
  for (let at = 0; at <= length; at++) {
    const does = at < length && holds(at);
    if (does && from < 0) from = at;
    if (!does && from >= 0) {
      yield [from, at];
      from = -1;
    }
  }
}
