import type { Readings } from '../../../protocol/messages/readings.ts';
import type { TableMapping } from '../rows.ts';
import { microseconds } from './times.ts';

/** What was wrong with readings. */
export const readingProblemsTable: TableMapping<Readings> = {
  table: 'reading_problems',
  columns: ['ts', 'device', 'code', 'detail', 'in_out', 'trigger', 'source', 'stream', 'sequence'],
  sequence: 'sequence',
  write(rows, { body, stream, sequence }) {
    for (const { device, code, detail } of body.problems) {
      rows.int64(microseconds(body.time));
      rows.text(device);
      rows.text(code);
      rows.text(detail);
      rows.inOut(body.inOut);
      rows.text(body.trigger);
      rows.text(body.source);
      rows.text(stream);
      rows.int64(sequence);
    }
    return body.problems.length;
  },
};
