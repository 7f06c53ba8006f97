import { type Pedestal, pedestal } from '../../../protocol/messages/pedestal.ts';
import { type RunBegin, type RunEnd, runBegin, runEnd } from '../../../protocol/messages/run-transition.ts';
import type { RowWriter } from '../row-writer.ts';
import { measured, OF_RUN, RUN_CONDITIONS, storedBody } from './event-columns.ts';
import { type Columns, moment, rowPerMessage } from './one-kind.ts';

const RUN: Columns<Pick<RunBegin, 'site' | 'detector' | 'run'>> = {
  site: (rows, { site }) => rows.text(site),
  detector: (rows, { detector }) => rows.text(detector),
  run: (rows, { run }) => rows.uint32(run),
};

const BEGIN: Columns<RunBegin> = {
  ts: (rows, { startedAt }) => moment(rows, startedAt),
  ...RUN,
  ...RUN_CONDITIONS,
  description: (rows, { description }) => rows.text(description),
  conditions: (rows, { conditions }) =>
    rows.array(Object.entries(conditions), ([name, value]) => {
      rows.text(name);
      rows.text(String(value));
    }),
  settings: (rows, { conditions }) =>
    rows.array(settingsOf(conditions), ([name, value]) => {
      rows.text(name);
      rows.float64(value);
    }),
  odb: (rows, { odb }) => rows.text(odb.kind),
  odb_mended: (rows, { odb }) => rows.bool(odb.kind === 'read' && odb.mended),
  odb_reason: (rows, { odb }) => rows.text(odb.kind === 'read' ? '' : odb.reason),
  ...storedBody('odb_body', 'odb_bytes', 'odb_digest', ({ odb }) =>
    odb.kind === 'none' ? undefined : odb.body,
  ),
  source: (rows, { source }) => rows.text(source),
};

const settingsOf = (conditions: RunBegin['conditions']): readonly (readonly [string, number])[] =>
  Object.entries(conditions).flatMap(([name, value]) =>
    typeof value === 'string' ? [] : [[name, Number(value)] as const],
  );

const serial = (rows: RowWriter, value: number | null): void =>
  rows.nullable(value, number => rows.uint32(number));

const END: Columns<RunEnd> = {
  ts: (rows, { endedAt }) => moment(rows, endedAt),
  ...RUN,
  ...OF_RUN,
  ending: (rows, { ending }) => rows.text(ending),
  code: (rows, { error }) => rows.text(error?.code ?? ''),
  message: (rows, { error }) => rows.text(error?.message ?? ''),
  equipment: (rows, { equipment }) =>
    rows.array(Object.entries(equipment), ([name, count]) => {
      rows.text(name);
      rows.int64(count.events);
      serial(rows, count.firstSerial);
      serial(rows, count.lastSerial);
      rows.int64(count.missing);
      rows.int64(count.duplicates);
    }),
  raw_events: (rows, { rawEvents }) => rows.int64(rawEvents),
  bytes: (rows, { bytes }) => rows.int64(bytes),
};

const made = ({ outcome }: Pedestal) => (outcome.kind === 'made' ? outcome : undefined);
const refused = ({ outcome }: Pedestal) => (outcome.kind === 'refused' ? outcome : undefined);

const PEDESTAL: Columns<Pedestal> = {
  ts: (rows, { madeAt }) => moment(rows, madeAt),
  ...RUN,
  camera: (rows, { camera }) => rows.uint8(camera),
  cameras: (rows, { cameras }) => rows.array(cameras, camera => rows.uint8(camera)),
  version: (rows, { version }) => rows.uint32(version),
  ...OF_RUN,
  events: (rows, { events }) => rows.int64(events),
  left_out: (rows, { leftOut }) =>
    rows.array(leftOut, ({ serial, copy, code, reason }) => {
      rows.uint32(serial);
      rows.uint32(copy);
      rows.text(code);
      rows.text(reason);
    }),
  outcome: (rows, { outcome }) => rows.text(outcome.kind),
  code: (rows, body) => rows.text(refused(body)?.code ?? ''),
  reason: (rows, body) => rows.text(refused(body)?.reason ?? ''),
  pictures: (rows, body) => rows.uint32(made(body)?.pictures ?? 0),
  rows: (rows, body) => rows.uint32(made(body)?.rows ?? 0),
  columns: (rows, body) => rows.uint32(made(body)?.columns ?? 0),
  ...storedBody('body', 'bytes', 'digest', body => made(body)?.body),
  sum: (rows, body) => measured(rows, made(body)?.figures.sum),
  mean: (rows, body) => measured(rows, made(body)?.figures.whole.mean),
  sigma: (rows, body) => measured(rows, made(body)?.figures.whole.sigma),
  regions: (rows, body) =>
    rows.array(made(body)?.figures.regions ?? [], ({ mean, sigma }) => {
      rows.float64(mean);
      rows.float64(sigma);
    }),
};

/** One row per begin of a run, with what the ODB said then. */
export const runBeginsTable = rowPerMessage('run_begins', runBegin, BEGIN);

/** One row per end of a run, with what it counted. */
export const runEndsTable = rowPerMessage('run_ends', runEnd, END);

/** One row per pedestal that was made or refused. */
export const pedestalsTable = rowPerMessage('pedestals', pedestal, PEDESTAL);
