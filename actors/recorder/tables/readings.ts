import { type DeviceReading, type Readings, valuesOf } from '../../../protocol/messages/readings.ts';
import type { Delivered } from '../../../runtime/actor.ts';
import type { RowWriter } from '../row-writer.ts';
import type { TableMapping } from '../rows.ts';
import { inSteps } from '../steps.ts';
import { deviceMilliseconds, microseconds } from './times.ts';

const columns = (...values: readonly string[]) => [
  'ts',
  'device',
  'in_out',
  ...values,
  'units',
  'status',
  'device_time',
  'trigger',
  'source',
  'mode',
  'stream',
  'sequence',
];

/** One value makes a scalar, any other number of values an array, whatever the device list says. */
const isScalar = (device: DeviceReading): boolean => device.values.length === 1;

function write(
  rows: RowWriter,
  { body, stream, sequence }: Delivered<Readings>,
  taken: (device: DeviceReading) => boolean,
  value: (values: readonly number[]) => void,
): number {
  const ts = microseconds(body.time);
  let count = 0;
  for (const device of body.devices) {
    if (!taken(device)) continue;
    rows.int64(ts);
    rows.text(device.name);
    rows.inOut(body.inOut);
    value(valuesOf(device));
    rows.text(device.units);
    rows.int64(device.status);
    rows.int64(deviceMilliseconds(device.seconds, device.milliseconds));
    rows.text(body.trigger);
    rows.text(body.source);
    rows.text(body.mode);
    rows.text(stream);
    rows.int64(sequence);
    count += 1;
  }
  return count;
}

/** Devices with one value. */
export const readingsTable: TableMapping<Readings> = {
  table: 'readings',
  columns: columns('value'),
  sequence: 'sequence',
  write: (rows, message) => write(rows, message, isScalar, values => rows.float64(values[0] ?? Number.NaN)),
};

/** Devices with several values, or none: in steps where they come in steps, which takes half the room. */
export const readingArraysTable: TableMapping<Readings> = {
  table: 'reading_arrays',
  columns: columns('numbers', 'steps', 'scale'),
  sequence: 'sequence',
  write: (rows, message) =>
    write(
      rows,
      message,
      device => !isScalar(device),
      values => {
        const inWhole = inSteps(values);
        rows.float64s(inWhole ? [] : values);
        rows.int32s(inWhole?.steps ?? []);
        rows.uint32(inWhole?.scale ?? 1);
      },
    ),
};
