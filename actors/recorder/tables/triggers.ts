import { type Readings, readings, slowReadings } from '../../../protocol/messages/readings.ts';
import { writeHops } from './event-columns.ts';
import { type Columns, moment, type PartOf, rowPerPart } from './one-kind.ts';

const COLUMNS: Columns<PartOf<Readings, Readings>> = {
  ts: (rows, { part }) => moment(rows, part.time),
  trigger: (rows, { part }) => rows.text(part.trigger),
  in_out: (rows, { part }) => rows.inOut(part.inOut),
  source: (rows, { part }) => rows.text(part.source),
  mode: (rows, { part }) => rows.text(part.mode),
  devices: (rows, { part }) => rows.uint32(part.devices.length),
  problems: (rows, { part }) => rows.uint32(part.problems.length),
  hops: (rows, { message }) => writeHops(rows, message.hops),
};

/** One row per set of readings, those without any device too: when each hop and JetStream saw it. */
export const triggersTable = rowPerPart<Readings, Readings>(
  'triggers',
  [readings, slowReadings],
  body => [body],
  COLUMNS,
);
