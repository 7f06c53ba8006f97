import { decode } from 'fast-png';

export const SHOWN = {
  site: 'lngs',
  detector: 'lime',
  run: 42901,
  serial: 93,
  copy: 0,
  camera: 0,
  time: { seconds: Date.UTC(2023, 11, 14, 23, 35, 49) / 1000, nanoseconds: 0 },
} as const;

export interface Decoded {
  readonly width: number;
  readonly height: number;
  /** Red, green and blue of a place. */
  at(x: number, y: number): readonly [red: number, green: number, blue: number];
  /** Brightness of a place: Luma of ITU-R BT.601. */
  luma(x: number, y: number): number;
}

/** A PNG as another program than the one that wrote it reads it. */
export function decoded(png: Uint8Array): Decoded {
  const { width, height, channels, data } = decode(png);
  const at = (x: number, y: number) => {
    const place = (y * width + x) * channels;
    return [data[place] ?? 0, data[place + 1] ?? 0, data[place + 2] ?? 0] as const;
  };
  return {
    width,
    height,
    at,
    luma: (x, y) => {
      const [red, green, blue] = at(x, y);
      return 0.299 * red + 0.587 * green + 0.114 * blue;
    },
  };
}
