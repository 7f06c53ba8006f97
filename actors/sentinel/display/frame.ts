/** Pixels around the picture, and its longer side at most. */
export const LAYOUT = { picture: 768, left: 58, right: 92, top: 66, bottom: 44, narrowest: 512 } as const;

/** Of the bar, and between it and the picture, pixels. */
export const COLOR_BAR = { gap: 14, width: 14 } as const;

/** Where the picture stands on its page. */
export interface Frame {
  readonly width: number;
  readonly height: number;
  /** Of the picture. */
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  /** Pixels of the drawing for a pixel of the sensor. */
  readonly scale: number;
  /** Rows and columns of the sensor, of which the last few may be cut off. */
  readonly sensor: { readonly rows: number; readonly columns: number };
  /** From a row and a column of the reconstructed picture, whose columns run from right to left. */
  readonly down: (row: number) => number;
  readonly across: (column: number) => number;
}

/** @param picture its size on the page, in pixels */
export function frameOf(picture: {
  readonly width: number;
  readonly height: number;
  readonly sensor: Frame['sensor'];
}): Frame {
  const { left, top } = LAYOUT;
  const { sensor } = picture;
  const right = left + picture.width;
  const bottom = top + picture.height;
  const scale = Math.max(picture.width / sensor.columns, picture.height / sensor.rows);
  return {
    width: Math.max(right, left + LAYOUT.narrowest) + LAYOUT.right,
    height: bottom + LAYOUT.bottom,
    left,
    top,
    right,
    bottom,
    scale,
    sensor,
    down: row => top + row * scale,
    across: column => left + (sensor.columns - column) * scale,
  };
}
