import { z } from 'zod';

const MS_PER: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const BYTES_PER: Record<string, number> = { B: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3, TiB: 1024 ** 4 };

const quantity = (table: Record<string, number>, what: string) => {
  const units = Object.keys(table).join(', ');
  const pattern = new RegExp(`^(\\d+(?:\\.\\d+)?)\\s*(${Object.keys(table).join('|')})$`);
  const error = `must be a number with a unit (${units}), for example "${what}"`;
  return z
    .string({ error })
    .regex(pattern, error)
    .transform(text => {
      const [, number, unit] = pattern.exec(text) ?? [];
      return Number(number) * (table[unit ?? ''] ?? Number.NaN);
    });
};

/** A length of time such as `"500ms"`, `"2s"`, `"4h"`, read as milliseconds. */
export const duration = () => quantity(MS_PER, '30s');

/** A size such as `"64KiB"` or `"2GiB"`, read as bytes. */
export const byteSize = () => quantity(BYTES_PER, '64MiB');
