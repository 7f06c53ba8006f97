import { THEME } from './theme.ts';

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text as it may stand in SVG: names of detectors and sites come from elsewhere. Control characters are no XML at all. */
export const escaped = (text: string): string =>
  text.replaceAll(/[&<>"]/g, one => ENTITIES[one] ?? one).replaceAll(/\p{Cc}/gu, ' ');

/** Pixels with a tenth: more digits cannot be seen. */
export const px = (value: number): string => String(Math.round(value * 10) / 10);

export interface Writing {
  readonly size?: number;
  readonly anchor?: 'start' | 'middle' | 'end';
  readonly bold?: boolean;
  readonly fill?: string;
  /** A dark edge around the letters, for writing on a picture. */
  readonly edged?: boolean;
  /** Degrees around its place. */
  readonly turned?: number;
}

export function write(x: number, y: number, content: string, writing: Writing = {}): string {
  const { size = 13, anchor = 'start', bold = false, fill = THEME.text, edged = false, turned } = writing;
  return (
    `<text x="${px(x)}" y="${px(y)}" font-size="${size}" text-anchor="${anchor}" fill="${fill}"` +
    (bold ? ' font-weight="600"' : '') +
    (edged ? ` stroke="${THEME.edge}" stroke-width="3" stroke-linejoin="round" paint-order="stroke"` : '') +
    (turned === undefined ? '' : ` transform="rotate(${turned} ${px(x)} ${px(y)})"`) +
    `>${escaped(content)}</text>`
  );
}

/** @param path in SVG's words: `M 0 0 H 10` */
export const line = (path: string, stroke: string, width = 1, more = ''): string =>
  `<path d="${path}" fill="none" stroke="${stroke}" stroke-width="${width}"${more}/>`;

/** A whole drawing, in pixels. */
export const sheet = (width: number, height: number, ...parts: readonly string[]): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${parts.join('')}</svg>`;
