import { SpillwayError } from '../../errors.ts';
import { type Bank, bankValues } from '../banks.ts';

/** A picture, row by row from the top; pixels are counts of 16 bits, a view into the event where it is aligned. */
export interface Picture {
  /** Number in the bank's name: 0 in `CAM0`. */
  readonly camera: number;
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint16Array;
}

/** The two cameras in use, in pixels (cygno.md B2). */
export const SENSORS = {
  fusion: { width: 2304, height: 2304 },
  quest: { width: 4096, height: 2304 },
} as const;

/** Side of a pixel as seen in the gas, in mm, in the detector LIME (cygno.md C3). */
export const LIME_PIXEL_MM = 0.152;

const CAMERA_BANK = /^CAM(\d)$/;
const FUSION_PIXELS = SENSORS.fusion.width * SENSORS.fusion.height;

/**
 * The pictures of an event's banks `CAM0`, `CAM1`, ... in their order. A bank has no header: its size tells the camera. Up to
 * the Fusion's size a picture that is a square is taken for one, as CYGNO's library does. The Quest comes first,
 * because its 4096 x 2304 pixels are a square number too.
 * @throws SpillwayError MIDAS_MALFORMED for pixels that are not 16-bit, or of a size that no camera has
 */
export function pictures(banks: readonly Bank[]): Picture[] {
  return banks.flatMap(bank => {
    const [, number] = CAMERA_BANK.exec(bank.name) ?? [];
    if (number === undefined) return [];
    const pixels = bankValues(bank, 4);
    return { camera: Number(number), ...sizeOf(bank.name, pixels.length), pixels };
  });
}

function sizeOf(bank: string, pixels: number): { width: number; height: number } {
  const { quest } = SENSORS;
  if (pixels === quest.width * quest.height) return quest;
  const side = Math.round(Math.sqrt(pixels));
  if (pixels > 0 && pixels <= FUSION_PIXELS && side * side === pixels) return { width: side, height: side };
  throw new SpillwayError('MIDAS_MALFORMED', `bank ${bank}: ${pixels} pixels are no camera's picture`);
}
