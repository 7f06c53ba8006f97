import type { Readings } from '../../../protocol/messages/readings.ts';
import { quantitiesOf } from '../quantities/quantities.ts';
import type { TableMapping } from '../rows.ts';
import { microseconds } from './times.ts';

/** What is made from several devices of one trigger. */
export const quantitiesTable: TableMapping<Readings> = {
  table: 'quantities',
  columns: ['ts', 'quantity', 'value', 'stream', 'sequence'],
  sequence: 'sequence',
  write(rows, { body, stream, sequence }) {
    const made = quantitiesOf(body);
    for (const [quantity, value] of made) {
      rows.int64(microseconds(body.time));
      rows.text(quantity);
      rows.float64(value);
      rows.text(stream);
      rows.int64(sequence);
    }
    return made.length;
  },
};
