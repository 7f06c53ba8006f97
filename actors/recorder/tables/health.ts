import { type Health, laneLabel } from '../../../protocol/messages/health.ts';
import { eventTimeToMs } from '../../../protocol/time.ts';
import type { TableMapping } from '../rows.ts';

/** One row per heartbeat. */
export const healthTable: TableMapping<Health> = {
  table: 'health',
  columns: [
    'ts',
    'actor',
    'instance',
    'host',
    'pid',
    'version',
    'state',
    'started_at',
    'last_error',
    'lanes',
    'counters',
    'latencies',
    'stream',
    'sequence',
  ],
  sequence: 'sequence',
  write(rows, { body, stream, sequence }) {
    rows.int64(Math.floor(eventTimeToMs(body.at)));
    rows.text(body.actor);
    rows.text(body.instance);
    rows.text(body.host);
    rows.uint32(body.pid);
    rows.text(body.version);
    rows.text(body.state);
    rows.int64(Math.floor(eventTimeToMs(body.startedAt)));
    rows.text(body.lastError ?? '');
    rows.count(body.lanes.length);
    for (const lane of body.lanes) {
      rows.text(laneLabel(lane));
      rows.int64(lane.position);
      rows.int64(lane.lag);
      rows.float64(lane.rate);
      rows.int64(lane.retries);
      rows.int64(lane.dead);
    }
    const counters = Object.entries({ ...body.counters, ...body.figures });
    rows.count(counters.length);
    for (const [name, value] of counters) {
      rows.text(name);
      rows.float64(value);
    }
    const latencies = Object.entries(body.latencies);
    rows.count(latencies.length);
    for (const [name, latency] of latencies) {
      rows.text(name);
      rows.int64(latency.count);
      rows.float64(latency.p50);
      rows.float64(latency.p99);
      rows.float64(latency.max);
    }
    rows.text(stream);
    rows.int64(sequence);
    return 1;
  },
};
