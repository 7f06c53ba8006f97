import { createHash } from 'node:crypto';
import type { SpillRecord } from '../../../protocol/messages/spill-record.ts';
import { decodeRecord } from '../../../protocol/raw-block/raw-block.ts';
import type { TableMapping } from '../rows.ts';

/** One row per record; its bytes are in the beam files, what they say and their digest is here. */
export const spillsTable: TableMapping<SpillRecord> = {
  table: 'spills',
  columns: [
    'spill_count',
    'in_out',
    'block_time',
    'stream',
    'spill_sequence',
    'simulated',
    'detector',
    'minor',
    'devices',
    'values',
    'bytes',
    'sha256',
    'stored_at',
    'hops',
  ],
  sequence: 'spill_sequence',
  write(rows, { body, stream, sequence, storedAt, hops }) {
    const { simulated, detector, minor, devices } = decodeRecord(body.bytes);
    rows.uint32(body.spillCount);
    rows.inOut(body.inOut);
    rows.nanoseconds(body.time.seconds, body.time.nanoseconds);
    rows.text(stream);
    rows.int64(sequence);
    rows.uint8(simulated ? 1 : 0);
    rows.text(detector);
    rows.uint16(minor);
    rows.uint32(devices.length);
    rows.uint32(devices.reduce((sum, { values }) => sum + values.length, 0));
    rows.uint32(body.bytes.length);
    rows.fixed(Buffer.from(createHash('sha256').update(body.bytes).digest('hex'), 'latin1'));
    rows.int64(Math.floor(storedAt));
    rows.count(hops.length);
    for (const [hop, timeMs] of hops) {
      rows.text(hop);
      rows.int64(Math.round(timeMs * 1000));
    }
    return 1;
  },
};
