import type { Calibration } from '../reconstruction/calibration.ts';

/** A picture made smaller: counts above the pedestal, mean of each block of `block` x `block` pixels, in the order of the sensor. */
export interface BlockMeans {
  readonly block: number;
  readonly rows: number;
  readonly columns: number;
  readonly counts: Float32Array;
}

/**
 * The mean and not the maximum of a block: it keeps the light, so that a spot has the same counts at every size, and takes noise
 * down by the side of a block, where the maximum would lift all the dark to the top of the noise. A spot of iron-55 covers some
 * ten blocks and cannot vanish. Rows and columns that fill no whole block are left out.
 */
export function blockMeans(
  pixels: Uint16Array,
  { profile: { sensor }, pedestals, scale }: Pick<Calibration, 'profile' | 'pedestals' | 'scale'>,
  block: number,
): BlockMeans {
  const rows = Math.floor(sensor.rows / block);
  const columns = Math.floor(sensor.columns / block);
  const counts = new Float32Array(rows * columns);
  const raw = new Float64Array(columns);
  const dark = new Float64Array(columns);
  const unit = 1 / (block * block);
  for (let row = 0; row < rows; row++) {
    raw.fill(0);
    dark.fill(0);
    for (let line = row * block; line < (row + 1) * block; line++) {
      let at = line * sensor.columns;
      for (let column = 0; column < columns; column++) {
        let light = 0;
        let pedestal = 0;
        for (let end = at + block; at < end; at++) {
          light += pixels[at] as number;
          pedestal += pedestals[at] as number;
        }
        raw[column] = (raw[column] as number) + light;
        dark[column] = (dark[column] as number) + pedestal;
      }
    }
    for (let column = 0; column < columns; column++)
      counts[row * columns + column] = ((raw[column] as number) - (dark[column] as number) / scale) * unit;
  }
  return { block, rows, columns, counts };
}
