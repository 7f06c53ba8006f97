import {
  type Reconstruction,
  type RecoPicture,
  reconstruction,
} from '../../../protocol/messages/reconstruction.ts';
import { EVENT_IDENTITY, measured, OF_RUN, writeHops } from './event-columns.ts';
import { type Columns, columnsOf, moment, type PartOf, rowPerPart } from './one-kind.ts';

/** An event without a picture has one row all the same. */
type Row = PartOf<Reconstruction, RecoPicture | undefined>;

const COLUMNS: Columns<Row> = {
  ts: (rows, { message }) => moment(rows, message.body.time),
  ...columnsOf(EVENT_IDENTITY, ({ message }: Row) => message.body),
  picture: (rows, { index }) => rows.uint16(index),
  ...columnsOf(OF_RUN, ({ message }: Row) => message.body.runOf),
  outcome: (rows, { message }) => rows.text(message.body.outcome),
  reason: (rows, { message }) => rows.text(message.body.reason),
  warnings: (rows, { message }) => rows.texts(message.body.warnings),
  pictures: (rows, { message }) => rows.uint16(message.body.pictures.length),
  waveforms: (rows, { message }) => rows.uint32(message.body.waveforms.length),
  camera: (rows, { part }) => rows.nullable(part?.camera, camera => rows.uint8(camera)),
  kind: (rows, { part }) => rows.text(part?.kind ?? ''),
  cmos_integral: (rows, { part }) => measured(rows, part?.cmos_integral),
  cmos_mean: (rows, { part }) => measured(rows, part?.cmos_mean),
  cmos_rms: (rows, { part }) => measured(rows, part?.cmos_rms),
  nSc: (rows, { part }) => rows.uint32(part?.nSc ?? 0),
  lp_len: (rows, { part }) => rows.uint32(part?.lp_len ?? 0),
  pedestal_run: (rows, { part }) => rows.nullable(part?.pedestal_run, run => rows.uint32(run)),
  pedestal_version: (rows, { part }) =>
    rows.nullable(part?.pedestal_version, version => rows.uint32(version)),
  profile: (rows, { message }) => rows.text(message.body.provenance.profile),
  code: (rows, { message }) => rows.text(message.body.provenance.code),
  digest: (rows, { message }) => rows.text(message.body.provenance.body),
  vignetting: (rows, { message }) => rows.text(message.body.provenance.vignetting ?? ''),
  hops: (rows, { message }) => writeHops(rows, message.hops),
};

/** One row per picture of a reconstructed event. */
export const eventsTable = rowPerPart<Reconstruction, RecoPicture | undefined>(
  'events',
  reconstruction,
  ({ pictures }) => (pictures.length > 0 ? pictures : [undefined]),
  COLUMNS,
);
