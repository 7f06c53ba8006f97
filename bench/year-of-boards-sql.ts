/** Pieces of the SQL that makes the data of `year-of-boards.ts`; times are seconds since 1970. */

export const HOUR = 3_600;
export const DAY = 24 * HOUR;

export const list = (names: readonly string[]): string => `[${names.map(name => `'${name}'`).join(', ')}]`;

/** Uniform in [-0.5, 0.5), the same for the same seed. */
export const noise = (seed: string): string => `(sipHash64(${seed}) % 4096 / 4096 - 0.5)`;

/** A row per name and interval: `every` seconds apart from `from` to `to`, with the columns `at`, `name` and `number`. */
export const grid = (names: readonly string[], from: number, to: number, every: number): string =>
  `(SELECT toDateTime(${from} + intDiv(number, ${names.length}) * ${every}) AS at, ${list(names)}[number % ${names.length} + 1] AS name, number
   FROM numbers(${names.length * Math.floor((to - from) / every)}))`;
