let pen: CanvasRenderingContext2D | null | undefined;

/** Width of a text in pixels, in a font as canvases have them, e.g. `600 12px sans-serif`. */
export function textWidth(text: string, font: string): number {
  if (pen === undefined) pen = document.createElement('canvas').getContext('2d');
  if (!pen) return text.length * 8;
  pen.font = font;
  return pen.measureText(text).width;
}

/** The page's own family, for canvases and measurements. */
export const family = (): string => getComputedStyle(document.body).fontFamily;
