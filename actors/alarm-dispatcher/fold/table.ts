import { z } from 'zod';

/**
 * A map that is JSON: a list of pairs. Keys are what others chose (`constructor` is a fine name for an alarm), entries
 * come and go by the thousand, and the order in which they came survives a snapshot.
 */
export class Table<V> extends Map<string, V> {
  toJSON(): [string, V][] {
    return [...this];
  }
}

export const table = <V>(value: z.ZodType<V>) =>
  z.array(z.tuple([z.string(), value])).transform(entries => new Table(entries));
