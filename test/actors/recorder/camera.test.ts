import { afterAll, beforeAll, expect, test } from 'vitest';
import type { z } from 'zod';
import type { MessageType } from '../../../protocol/message.ts';
import { EventGap, eventGap } from '../../../protocol/messages/event-gap.ts';
import { Pedestal, pedestal } from '../../../protocol/messages/pedestal.ts';
import { RawEvent, rawEvent } from '../../../protocol/messages/raw-event.ts';
import { slowReadings } from '../../../protocol/messages/readings.ts';
import { Reconstruction, reconstruction } from '../../../protocol/messages/reconstruction.ts';
import { RunSummary, runSummary } from '../../../protocol/messages/run-summary.ts';
import { RunBegin, RunEnd, runBegin, runEnd } from '../../../protocol/messages/run-transition.ts';
import type { StreamName } from '../../../protocol/subjects.ts';
import type { Batch, StreamId } from '../../../runtime/actor.ts';
import { clickHouse, type TestStore } from '../../helpers/store.ts';
import { batchOf, device, readingsOf, startRecorder } from './fixtures.ts';
import { samplesOf } from './samples.ts';

let server: TestStore;
beforeAll(async () => {
  server = await clickHouse();
});
afterAll(() => server[Symbol.asyncDispose]());

type Told = readonly [type: string, body: unknown];

/** A form of a message's sample, with some of its fields as given. */
const told = <Body>(
  { type }: MessageType<Body>,
  schema: z.ZodType<Body>,
  over: Partial<Body> = {},
  form = 0,
): Told => [type, { ...schema.parse(samplesOf(schema)[form]?.body), ...over }];

function batchOfKinds(stream: StreamId, first: number, ...kinds: readonly Told[]): Batch {
  const batch = batchOf(
    stream,
    first,
    kinds.map(([, body]) => body),
  );
  return {
    ...batch,
    messages: batch.messages.map((message, index) => ({ ...message, type: kinds[index]?.[0] ?? '' })),
  };
}

const streamOf = ({ token }: Batch) => token.slice(0, token.indexOf('@')) as StreamName;
const at = (seconds: number) => ({ seconds: 1_795_000_000 + seconds, nanoseconds: 0 });

test('everything of a run reaches its tables once, however often it is delivered', async () => {
  const lens = { site: 'lngs', detector: 'lime', run: 7 };
  const batches = [
    batchOfKinds('EVENT@1', 1, told(rawEvent, RawEvent), told(eventGap, EventGap)),
    batchOfKinds(
      'RUN@1',
      1,
      told(runBegin, RunBegin, lens),
      told(pedestal, Pedestal),
      told(pedestal, Pedestal, {}, 1),
      told(runEnd, RunEnd, lens),
    ),
    batchOfKinds(
      'RECO@1',
      1,
      told(reconstruction, Reconstruction),
      told(reconstruction, Reconstruction, { outcome: 'sampled-out', pictures: [], waveforms: [] }),
    ),
    batchOfKinds('SUMMARY@1', 1, told(runSummary, RunSummary)),
  ];
  await using recorder = await startRecorder(server.options('once'));
  for (const _ of [1, 2]) for (const batch of batches) await recorder.lane(streamOf(batch)).deliver(batch);
  const tables = {
    raw_events: 1,
    event_gaps: 1,
    run_begins: 1,
    run_ends: 1,
    pedestals: 2,
    events: 2,
    clusters: 1,
    waveforms: 1,
    run_summaries: 1,
    runs: 1,
    run_figures: 1,
  };
  const counts = Object.keys(tables).map(table => `(SELECT count() FROM ${table}) AS ${table}`);
  expect(await server.rows('once', `SELECT ${counts.join(', ')}`)).toEqual([tables]);
});

test('a cluster has its numbers under the names of the experiment, and no NaN where nothing was measured', async () => {
  const [type, body] = told(reconstruction, Reconstruction);
  const made = body as Reconstruction;
  const [picture] = made.pictures;
  const [cluster] = picture?.clusters ?? [];
  if (!picture || !cluster) throw new Error('the sample has no cluster');
  const two = [cluster, { ...cluster, sc_integral: 4242.5, sc_theta: null, sc_lfullrms: null }];
  await using recorder = await startRecorder(server.options('clusters'));
  await recorder
    .lane('RECO')
    .deliver(
      batchOfKinds('RECO@1', 1, [type, { ...made, run: 42, pictures: [{ ...picture, clusters: two }] }]),
    );
  expect(
    await server.rows(
      'clusters',
      'SELECT run, camera, cluster, sc_integral, sc_theta, sc_lfullrms, sc_xmax FROM clusters ORDER BY cluster',
    ),
  ).toEqual([
    {
      run: 42,
      camera: picture.camera,
      cluster: 0,
      sc_integral: cluster.sc_integral,
      sc_theta: cluster.sc_theta,
      sc_lfullrms: cluster.sc_lfullrms,
      sc_xmax: cluster.sc_xmax,
    },
    {
      run: 42,
      camera: picture.camera,
      cluster: 1,
      sc_integral: 4242.5,
      sc_theta: null,
      sc_lfullrms: null,
      sc_xmax: cluster.sc_xmax,
    },
  ]);
});

test('a run that goes on has no end, and its conditions are there as text and as numbers', async () => {
  await using recorder = await startRecorder(server.options('runs'));
  const lime = { site: 'lngs', detector: 'lime', startedAt: at(0) };
  await recorder.lane('RUN').deliver(
    batchOfKinds(
      'RUN@1',
      1,
      told(runBegin, RunBegin, {
        ...lime,
        run: 1,
        conditions: { GEM1_V: 440.5, gas: 'He:CF4 60:40', running: true },
      }),
      told(runEnd, RunEnd, { ...lime, run: 1, endedAt: at(60), rawEvents: 100, error: null }),
      told(runBegin, RunBegin, { ...lime, run: 2, startedAt: at(70) }),
      // The same number of another detector is another run.
      told(runEnd, RunEnd, { ...lime, detector: 'mango', run: 2 }),
    ),
  );
  expect(
    await server.rows(
      'runs',
      `SELECT run, toUnixTimestamp(began) - 1795000000 AS second, dateDiff('second', began, ended) AS seconds, ending, code, raw_events
       FROM runs ORDER BY run`,
    ),
  ).toEqual([
    { run: 1, second: 0, seconds: 60, ending: 'end-of-run', code: '', raw_events: 100 },
    { run: 2, second: 70, seconds: null, ending: '', code: '', raw_events: null },
  ]);
  expect(await server.rows('runs', 'SELECT conditions, settings FROM runs WHERE run = 1')).toEqual([
    {
      conditions: { GEM1_V: '440.5', gas: 'He:CF4 60:40', running: 'true' },
      settings: { GEM1_V: 440.5, running: 1 },
    },
  ]);
});

test('of the summaries of a run all are kept, and the last one counts', async () => {
  await using recorder = await startRecorder(server.options('summaries'));
  const lime = { site: 'lngs', detector: 'lime', run: 7 };
  const version = (number: number, over: Partial<RunSummary> = {}) =>
    told(runSummary, RunSummary, { ...lime, version: number, clusters: 10 * number, ...over });
  const lane = recorder.lane('SUMMARY');
  await lane.deliver(batchOfKinds('SUMMARY@1', 1, version(1), version(3, { lightYield: null })));
  await lane.deliver(batchOfKinds('SUMMARY@1', 3, version(2), version(9, { run: 8 })));
  expect(
    await server.rows(
      'summaries',
      'SELECT run, version, clusters, light_yield FROM run_figures ORDER BY run',
    ),
  ).toEqual([
    { run: 7, version: 3, clusters: 30, light_yield: null },
    { run: 8, version: 9, clusters: 90, light_yield: expect.any(Number) },
  ]);
  expect(await server.rows('summaries', 'SELECT count() AS n FROM run_summaries')).toEqual([{ n: 4 }]);
});

test('slow control fills the tables of readings, its roll-ups and what backtests replay', async () => {
  await using recorder = await startRecorder(server.options('slow'));
  const body = {
    ...readingsOf(1_795_000_000, [device('gas_pressure', [905.5]), device('hv', [440, 441])]),
    trigger: 'Environment',
    inOut: 'out',
  };
  const batch = batchOfKinds('SLOW@1', 1, [slowReadings.type, body]);
  for (const _ of [1, 2]) await recorder.lane('SLOW').deliver(batch);
  expect(
    await server.rows(
      'slow',
      `SELECT (SELECT any(value) FROM readings WHERE trigger = 'Environment') AS value,
         (SELECT sum(count) FROM readings_at(interval = 60) WHERE device = 'gas_pressure' AND in_out = 'out') AS minutes,
         (SELECT count() FROM reading_arrays) AS arrays, (SELECT count() FROM triggers) AS triggers`,
    ),
  ).toEqual([{ value: 905.5, minutes: 1, arrays: 1, triggers: 1 }]);
});

test('figures and histograms of clusters count an event told twice once, by the minute and by the hour', async () => {
  await using recorder = await startRecorder(server.options('figures'));
  const [type, body] = told(reconstruction, Reconstruction, { site: 'lngs', detector: 'lime', copy: 0 });
  const event = body as Reconstruction;
  const [picture] = event.pictures;
  const [cluster] = picture?.clusters ?? [];
  const [waveform] = event.waveforms;
  if (!picture || !cluster || !waveform) throw new Error('the sample is not full');
  const of = (serial: number, over: Partial<Reconstruction>): Told => [
    type,
    { ...event, time: at(60 * serial), serial, runOf: { ...event.runOf, exposure: 0.5 }, ...over },
  ];
  const bright = { ...cluster, sc_integral: 8_400, sc_nhits: 400, sc_length: 60 };
  const batch = batchOfKinds(
    'RECO@1',
    1,
    of(0, {
      pictures: [{ ...picture, kind: 'picture', nSc: 2, cmos_mean: null, clusters: [bright, bright] }],
      waveforms: [waveform, { ...waveform, channel: waveform.channel + 1 }],
    }),
    of(1, { pictures: [{ ...picture, kind: 'spark', nSc: 0, clusters: [] }], waveforms: [] }),
    of(2, { outcome: 'sampled-out', pictures: [], waveforms: [] }),
  );
  for (const _ of [1, 2]) await recorder.lane('RECO').deliver(batch);
  for (const interval of [60, 3600]) {
    expect(
      await server.rows(
        'figures',
        `SELECT quantity, sum(count) AS n, sum(sum) AS total FROM detector_at(interval = ${interval})
         WHERE detector = 'lime' AND quantity IN ('events', 'live', 'sparks', 'clusters', 'cmos_mean', 'charge')
         GROUP BY quantity ORDER BY quantity`,
      ),
    ).toEqual([
      { quantity: 'charge', n: 2, total: expect.any(Number) },
      { quantity: 'clusters', n: 1, total: 2 },
      { quantity: 'events', n: 3, total: 3 },
      { quantity: 'live', n: 2, total: 1 },
      { quantity: 'sparks', n: 2, total: 1 },
    ]);
    expect(
      await server.rows(
        'figures',
        `SELECT variable, low, low_2, sum(count) AS n FROM spectra_at(interval = ${interval})
         WHERE variable IN ('sc_integral', 'density', 'length and density') GROUP BY variable, low, low_2 ORDER BY variable`,
      ),
    ).toEqual([
      { variable: 'density', low: 20, low_2: 0, n: 2 },
      { variable: 'length and density', low: 50, low_2: 20, n: 2 },
      { variable: 'sc_integral', low: 8_000, low_2: 0, n: 2 },
    ]);
  }
});
