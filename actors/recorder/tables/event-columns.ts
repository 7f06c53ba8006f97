import type { Hops } from '../../../protocol/message.ts';
import type { RawEvent, RunOfEvent, StoredBody } from '../../../protocol/messages/raw-event.ts';
import type { RowWriter } from '../row-writer.ts';
import { type Columns, moment } from './one-kind.ts';

/** What tells an event from every other, after its time. */
export const EVENT_IDENTITY: Columns<
  Pick<RawEvent, 'site' | 'detector' | 'run' | 'equipment' | 'serial' | 'copy'>
> = {
  site: (rows, { site }) => rows.text(site),
  detector: (rows, { detector }) => rows.text(detector),
  run: (rows, { run }) => rows.uint32(run),
  equipment: (rows, { equipment }) => rows.text(equipment),
  serial: (rows, { serial }) => rows.uint32(serial),
  copy: (rows, { copy }) => rows.uint32(copy),
};

/** Conditions of a run that every event of it carries. */
export const RUN_CONDITIONS: Columns<RunOfEvent> = {
  pedestal: (rows, { pedestal }) => rows.bool(pedestal),
  high_voltage: (rows, { highVoltage }) => rows.nullable(highVoltage, on => rows.bool(on)),
  exposure: (rows, { exposure }) => rows.nullable(exposure, seconds => rows.float64(seconds)),
};

/** What an event says of its run. */
export const OF_RUN: Columns<RunOfEvent> = {
  run_started_at: (rows, { startedAt }) => moment(rows, startedAt),
  ...RUN_CONDITIONS,
};

/** A body in the event store; without one, empty and 0. */
export const storedBody = <Row>(
  name: string,
  bytes: string,
  digest: string,
  of: (row: Row) => StoredBody | undefined,
): Columns<Row> => ({
  [name]: (rows, row) => rows.text(of(row)?.name ?? ''),
  [bytes]: (rows, row) => rows.int64(of(row)?.bytes ?? 0),
  [digest]: (rows, row) => rows.text(of(row)?.digest ?? ''),
});

/** Map(LowCardinality(String), DateTime64(6)) */
export const writeHops = (rows: RowWriter, hops: Hops): void =>
  rows.array(hops, ([hop, timeMs]) => {
    rows.text(hop);
    rows.int64(Math.round(timeMs * 1000));
  });

/** Nullable(Float64) */
export const measured = (rows: RowWriter, value: number | null | undefined): void =>
  rows.nullable(value, number => rows.float64(number));
