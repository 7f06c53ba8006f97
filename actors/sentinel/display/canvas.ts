import { fileURLToPath } from 'node:url';
import { constants } from 'node:zlib';
import { Resvg } from '@resvg/resvg-js';
import { PNG } from 'pngjs';

/** The font comes along: a fresh machine has none, and a picture should look the same everywhere. */
const FONT = 'IBM Plex Sans';
const FONT_FILES: string[] = [
  '400Regular/IBMPlexSans_400Regular.ttf',
  '600SemiBold/IBMPlexSans_600SemiBold.ttf',
].map(file => fileURLToPath(import.meta.resolve(`@expo-google-fonts/ibm-plex-sans/${file}`)));

/** A drawing to be: pixels of red, green, blue and alpha, row by row from the top. */
export interface Canvas {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
  /** The same memory, a word for each pixel. */
  readonly words: Uint32Array;
}

/** One colour all over. @param color `#rrggbb` */
export function canvasOf(width: number, height: number, color: string): Canvas {
  const words = new Uint32Array(width * height).fill(wordOf(color));
  return { width, height, words, pixels: new Uint8Array(words.buffer) };
}

/** A colour without transparency as it lies in memory. @param color `#rrggbb` */
export function wordOf(color: string): number {
  const bytes = new Uint8Array([1, 3, 5].map(at => Number.parseInt(color.slice(at, at + 2), 16)).concat(255));
  return new Uint32Array(bytes.buffer)[0] as number;
}

/** Draws SVG over a canvas of its size. */
export function drawOver({ pixels }: Canvas, svg: string): void {
  const font = { loadSystemFonts: false, fontFiles: FONT_FILES, defaultFontFamily: FONT };
  // Its pixels are premultiplied: what shows through is the rest.
  const over = new Resvg(svg, { font }).render().pixels;
  for (let at = 0; at < over.length; at += 4) {
    const alpha = over[at + 3] as number;
    if (alpha === 0) continue;
    const through = (255 - alpha) / 255;
    for (let channel = at; channel < at + 3; channel++)
      pixels[channel] = Math.round((over[channel] as number) + (pixels[channel] as number) * through);
  }
}

/**
 * PNG without alpha, of `most` bytes at most where that can be had with 16 steps a colour: no event may be too noisy to be shown.
 * Unfiltered, since the noise of a sensor has no slope that a filter could take out.
 */
export function encodePng(canvas: Canvas, most: number): Uint8Array {
  const png = encode(canvas);
  return png.length <= most ? png : encode({ ...canvas, pixels: canvas.pixels.map(value => value & 0xf0) });
}

const encode = ({ width, height, pixels }: Canvas): Uint8Array => {
  const data = Buffer.from(pixels.buffer, pixels.byteOffset, pixels.length);
  // Its own strategy compresses runs only: three times the bytes. Level 6 takes twice the time for a twentieth less.
  const deflate = { deflateLevel: 4, deflateStrategy: constants.Z_DEFAULT_STRATEGY };
  return PNG.sync.write({ width, height, data } as PNG, {
    colorType: 2,
    inputHasAlpha: true,
    filterType: 0,
    ...deflate,
  });
};
