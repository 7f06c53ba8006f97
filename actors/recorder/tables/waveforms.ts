import {
  type Reconstruction,
  type RecoWaveform,
  reconstruction,
} from '../../../protocol/messages/reconstruction.ts';
import { EVENT_IDENTITY, measured } from './event-columns.ts';
import { type Columns, columnsOf, moment, type PartOf, rowPerPart } from './one-kind.ts';

type Row = PartOf<Reconstruction, RecoWaveform>;

const WAVEFORM: Columns<RecoWaveform> = {
  board: (rows, { board }) => rows.int32(board),
  trigger: (rows, { trigger }) => rows.uint32(trigger),
  channel: (rows, { channel }) => rows.uint32(channel),
  sample_ns: (rows, { sampleNs }) => measured(rows, sampleNs),
  inside_exposure: (rows, { insideExposure }) => rows.nullable(insideExposure, inside => rows.bool(inside)),
  time_tag_ns: (rows, { timeTagNs }) => measured(rows, timeTagNs),
  pmt_wf_baseline: (rows, { pmt_wf_baseline }) => rows.float32(pmt_wf_baseline),
  pmt_wf_RMS: (rows, { pmt_wf_RMS }) => rows.float32(pmt_wf_RMS),
  pmt_wf_tot_integral: (rows, { pmt_wf_tot_integral }) => rows.float32(pmt_wf_tot_integral),
  pmt_wf_tot_charge: (rows, { pmt_wf_tot_charge }) => rows.float32(pmt_wf_tot_charge),
  pmt_wf_max_ampl: (rows, { pmt_wf_max_ampl }) => rows.float32(pmt_wf_max_ampl),
  pmt_TOT_time: (rows, { pmt_TOT_time }) => rows.float32(pmt_TOT_time),
  pmt_TOT_area: (rows, { pmt_TOT_area }) => rows.float32(pmt_TOT_area),
  peaks: (rows, { peaks }) =>
    rows.array(peaks, ({ position, height, prominence, halfWidth, fullWidth }) => {
      for (const value of [position, height, prominence, halfWidth, fullWidth]) rows.float32(value);
    }),
};

const COLUMNS: Columns<Row> = {
  ts: (rows, { message }) => moment(rows, message.body.time),
  ...columnsOf(EVENT_IDENTITY, ({ message }: Row) => message.body),
  ...columnsOf(WAVEFORM, ({ part }: Row) => part),
};

/** One row per waveform of a photomultiplier. */
export const waveformsTable = rowPerPart<Reconstruction, RecoWaveform>(
  'waveforms',
  reconstruction,
  ({ waveforms }) => waveforms,
  COLUMNS,
);
