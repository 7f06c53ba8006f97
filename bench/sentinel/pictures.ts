import type { Profile } from '../../actors/sentinel/profiles/profile.ts';

/** A source of random numbers in [0, 1): Mulberry32. */
export function seeded(seed: number): () => number {
  let at = seed;
  return () => {
    at = (at + 0x6d2b79f5) | 0;
    let value = Math.imul(at ^ (at >>> 15), 1 | at);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Normal deviates, from the sum of twelve uniform ones: the tails end at six, which no step here looks at. */
const bell = (random: () => number): number => {
  let sum = -6;
  for (let n = 0; n < 12; n++) sum += random();
  return sum;
};

/** A camera: offset and noise of each pixel, some of them hot. */
export interface Camera {
  readonly offset: Float32Array;
  readonly noise: Float32Array;
}

/**
 * Offsets near 100 counts, noise near `sigma`, one pixel in 5,000 ten times as noisy. Four counts are the most for which the numbers
 * of `lngs-2023` tell noise from light: at five, a dark picture passes the noise reducer whole.
 */
export function camera({ sensor }: Pick<Profile, 'sensor'>, random: () => number, sigma = 3): Camera {
  const pixels = sensor.rows * sensor.columns;
  const offset = new Float32Array(pixels).map(() => 99 + 2 * random());
  const noise = new Float32Array(pixels).map(() => sigma * (random() < 0.0002 ? 10 : 0.9 + 0.2 * random()));
  return { offset, noise };
}

/** Noise is drawn from a table of this many deviates: pictures are wanted faster than deviates are made. */
const TABLE = 1 << 16;

/** A picture of offset and noise. */
export function darkPicture({ offset, noise }: Camera, random: () => number): Uint16Array {
  const table = new Float32Array(TABLE).map(() => bell(random));
  const picture = new Uint16Array(offset.length);
  for (let at = 0; at < picture.length; at++) {
    const deviate = table[(random() * TABLE) | 0] as number;
    picture[at] = Math.max(0, Math.round((offset[at] as number) + (noise[at] as number) * deviate));
  }
  return picture;
}

/** Adds tracks and spots: straight or bent lines of 20 to 600 pixels, round spots of some thousand counts, and now and then a saturated one. */
export function addTracks(picture: Uint16Array, columns: number, count: number, random: () => number): void {
  const rows = picture.length / columns;
  const size = Math.min(rows, columns);
  for (let track = 0; track < count; track++) {
    const length = track % 3 === 0 ? 1 : (0.01 + 0.25 * random()) * size;
    const width = 3 + 5 * random();
    const perPixel = (track % 3 === 0 ? 4000 : 400 * (1 + random())) * (track % 7 === 6 ? 40 : 1);
    let x = random() * rows;
    let y = random() * columns;
    let angle = 2 * Math.PI * random();
    const bend = track % 2 === 0 ? 0 : (random() - 0.5) / size;
    for (let step = 0; step < length; step++) {
      for (let n = 0; n < perPixel / 20; n++) {
        const row = Math.round(x + width * bell(random));
        const column = Math.round(y + width * bell(random));
        if (row < 0 || row >= rows || column < 0 || column >= columns) continue;
        const at = row * columns + column;
        picture[at] = Math.min(65_535, (picture[at] as number) + 20);
      }
      x += Math.cos(angle);
      y += Math.sin(angle);
      angle += bend;
    }
  }
}
