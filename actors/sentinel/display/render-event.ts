import type { Calibration } from '../reconstruction/calibration.ts';
import type { Reconstruction } from '../reconstruction/reconstruct.ts';
import { type BlockMeans, blockMeans } from './block-means.ts';
import { type Canvas, canvasOf, drawOver, encodePng, wordOf } from './canvas.ts';
import { type ColorScale, colorScale, colorTable, inferno, topOf } from './color-map.ts';
import { describeEvent } from './describe-event.ts';
import { eventSheet } from './event-sheet.ts';
import { COLOR_BAR, type Frame, frameOf, LAYOUT } from './frame.ts';
import { MOST_BYTES, type Picture, type Shown } from './picture.ts';
import { THEME } from './theme.ts';

/** A reconstructed picture, to be shown. */
export interface EventPicture {
  readonly shown: Shown & { readonly camera: number };
  /** Raw counts, as in bank CAM0. */
  readonly pixels: Uint16Array;
  readonly calibration: Calibration;
  /** What was made of it; its views of the workspace must still be good. */
  readonly result: Reconstruction;
}

/**
 * An event display: light above the pedestal in colours, clusters with an outline, the brightest with number and integral, scale
 * bars in millimetres and counts. Rows run from the top and columns from the left as on the camera's own display; `sc_x` is the
 * row and `sc_y` the column read backwards (reference C1 step 1), and so the axes say.
 *
 * Pure: the same input gives the same bytes.
 */
export function renderEvent(event: EventPicture): Picture {
  const { pixels, calibration } = event;
  const { sensor } = calibration.profile;
  const longer = Math.max(sensor.rows, sensor.columns);
  const means = blockMeans(pixels, calibration, Math.ceil(longer / LAYOUT.picture));
  const zoom = Math.max(1, Math.floor(LAYOUT.picture / Math.max(means.rows, means.columns)));
  const frame = frameOf({ width: means.columns * zoom, height: means.rows * zoom, sensor });
  const scale = colorScale(topOf(means.counts));
  const canvas = canvasOf(frame.width, frame.height, THEME.page);
  paint(canvas, frame, means, zoom, scale);
  paintBar(canvas, frame);
  drawOver(canvas, eventSheet(event, frame, scale, means.block));
  return {
    png: encodePng(canvas, MOST_BYTES),
    width: frame.width,
    height: frame.height,
    text: describeEvent(event.shown, event.result, calibration.profile.pixelMm),
  };
}

/** Fills the picture's place: each mean in its colour, `zoom` pixels wide and high. */
function paint(
  { words, width }: Canvas,
  { left, top }: Frame,
  { counts, rows, columns }: BlockMeans,
  zoom: number,
  scale: ColorScale,
): void {
  const colorOf = colorTable(scale);
  for (let row = 0; row < rows * zoom; row++) {
    let at = (top + row) * width + left;
    const start = Math.floor(row / zoom) * columns;
    for (let column = 0; column < columns; column++) {
      const color = colorOf(counts[start + column] as number);
      for (const end = at + zoom; at < end; at++) words[at] = color;
    }
  }
}

/** All colours from the darkest at the bottom to the brightest at the top. */
function paintBar({ words, width }: Canvas, { right, top, bottom }: Frame): void {
  for (let row = top; row < bottom; row++) {
    const start = row * width + right + COLOR_BAR.gap;
    words.fill(wordOf(inferno((bottom - row - 0.5) / (bottom - top))), start, start + COLOR_BAR.width);
  }
}
