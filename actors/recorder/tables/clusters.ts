import {
  type RecoCluster,
  type Reconstruction,
  reconstruction,
} from '../../../protocol/messages/reconstruction.ts';
import type { RowWriter } from '../row-writer.ts';
import { EVENT_IDENTITY } from './event-columns.ts';
import { type Columns, columnsOf, moment, type PartOf, rowPerPart } from './one-kind.ts';

interface Placed {
  readonly camera: number;
  /** In the picture, from 0. */
  readonly place: number;
  readonly cluster: RecoCluster;
}
type Row = PartOf<Reconstruction, Placed>;

const measured = (rows: RowWriter, value: number | null): void =>
  rows.nullable(value, number => rows.float32(number));

const MEASURED: Columns<RecoCluster> = {
  sc_size: (rows, { sc_size }) => rows.uint32(sc_size),
  sc_nhits: (rows, { sc_nhits }) => rows.uint32(sc_nhits),
  sc_integral: (rows, { sc_integral }) => rows.float32(sc_integral),
  sc_corrintegral: (rows, { sc_corrintegral }) => rows.float32(sc_corrintegral),
  sc_rms: (rows, { sc_rms }) => rows.float32(sc_rms),
  sc_theta: (rows, { sc_theta }) => measured(rows, sc_theta),
  sc_length: (rows, { sc_length }) => rows.float32(sc_length),
  sc_width: (rows, { sc_width }) => rows.float32(sc_width),
  sc_lfullrms: (rows, { sc_lfullrms }) => measured(rows, sc_lfullrms),
  sc_tfullrms: (rows, { sc_tfullrms }) => measured(rows, sc_tfullrms),
  sc_xmean: (rows, { sc_xmean }) => rows.float32(sc_xmean),
  sc_ymean: (rows, { sc_ymean }) => rows.float32(sc_ymean),
  sc_xmin: (rows, { sc_xmin }) => rows.uint16(sc_xmin),
  sc_xmax: (rows, { sc_xmax }) => rows.uint16(sc_xmax),
  sc_ymin: (rows, { sc_ymin }) => rows.uint16(sc_ymin),
  sc_ymax: (rows, { sc_ymax }) => rows.uint16(sc_ymax),
};

const COLUMNS: Columns<Row> = {
  ts: (rows, { message }) => moment(rows, message.body.time),
  ...columnsOf(EVENT_IDENTITY, ({ message }: Row) => message.body),
  camera: (rows, { part }) => rows.uint8(part.camera),
  cluster: (rows, { part }) => rows.uint32(part.place),
  ...columnsOf(MEASURED, ({ part }: Row) => part.cluster),
};

/** One row per cluster. */
export const clustersTable = rowPerPart<Reconstruction, Placed>(
  'clusters',
  reconstruction,
  ({ pictures }) =>
    pictures.flatMap(({ camera, clusters }) =>
      clusters.map((cluster, place) => ({ camera, place, cluster })),
    ),
  COLUMNS,
);
