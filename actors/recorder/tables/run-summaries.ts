import { type RunSummary, runSummary } from '../../../protocol/messages/run-summary.ts';
import { measured } from './event-columns.ts';
import { type Columns, moment, momentIfAny, rowPerMessage } from './one-kind.ts';

const COLUMNS: Columns<RunSummary> = {
  ts: (rows, { at }) => moment(rows, at),
  site: (rows, { site }) => rows.text(site),
  detector: (rows, { detector }) => rows.text(detector),
  run: (rows, { run }) => rows.uint32(run),
  version: (rows, { version }) => rows.uint32(version),
  complete: (rows, { complete }) => rows.bool(complete),
  started_at: (rows, { startedAt }) => moment(rows, startedAt),
  ended_at: (rows, { endedAt }) => momentIfAny(rows, endedAt ?? undefined),
  pedestal: (rows, { pedestal }) => rows.bool(pedestal),
  expected: (rows, { expected }) => rows.nullable(expected, count => rows.int64(count)),
  events: (rows, { events }) => rows.int64(events),
  reconstructed: (rows, { reconstructed }) => rows.int64(reconstructed),
  sampled_out: (rows, { sampledOut }) => rows.int64(sampledOut),
  no_picture: (rows, { noPicture }) => rows.int64(noPicture),
  sparks: (rows, { sparks }) => rows.int64(sparks),
  pictures: (rows, { pictures }) => rows.int64(pictures),
  clusters: (rows, { clusters }) => rows.int64(clusters),
  waveforms: (rows, { waveforms }) => rows.int64(waveforms),
  live_seconds: (rows, { liveSeconds }) => measured(rows, liveSeconds),
  elapsed_seconds: (rows, { elapsedSeconds }) => measured(rows, elapsedSeconds),
  cluster_rate: (rows, { clusterRate }) => measured(rows, clusterRate),
  spark_rate: (rows, { sparkRate }) => measured(rows, sparkRate),
  light_yield: (rows, { lightYield }) => measured(rows, lightYield?.peak),
  light_yield_error: (rows, { lightYield }) => measured(rows, lightYield?.error),
  light_yield_sigma: (rows, { lightYield }) => measured(rows, lightYield?.sigma),
  light_yield_spots: (rows, { lightYield }) => rows.nullable(lightYield?.spots, spots => rows.int64(spots)),
  mean_integral: (rows, { meanIntegral }) => measured(rows, meanIntegral),
};

/** One row per summary of a run; the one of the highest version is how the run stands. */
export const runSummariesTable = rowPerMessage('run_summaries', runSummary, COLUMNS);
