import type { RawEvent } from '../../../../protocol/messages/raw-event.ts';
import type { Reconstruction } from '../../../../protocol/messages/reconstruction.ts';
import type { RunSummary } from '../../../../protocol/messages/run-summary.ts';
import type { RunEnd } from '../../../../protocol/messages/run-transition.ts';

export const NOW = Math.floor(Date.now() / 1000);
export const at = (seconds: number) => ({ seconds: NOW + seconds, nanoseconds: 0 });
export const digestOf = (text: string) =>
  `sha256:${Buffer.from(text).toString('hex').padEnd(64, '0').slice(0, 64)}`;
export const LIME = { site: 'lngs', detector: 'lime' } as const;
const runOf = (pedestal: boolean) => ({ startedAt: at(0), pedestal, highVoltage: !pedestal, exposure: 0.3 });

/** A line of a truth file. */
type Line = Readonly<Record<string, unknown>>;

/** What each stage tells of a pedestal run of two events and a data run of three. */
export interface Facts {
  truth: Map<number, Line[]>;
  taken: RawEvent[];
  listed: RawEvent[];
  results: Reconstruction[];
  recorded: Reconstruction[];
  ends: RunEnd[];
  summaries: RunSummary[];
}

export const rawOf = (run: number, serial: number): RawEvent => ({
  ...LIME,
  run,
  equipment: 'Trigger',
  serial,
  copy: 0,
  eventId: 1,
  triggerMask: 0,
  time: at(10 * run + serial),
  runOf: runOf(run === 1),
  body: { name: `lngs/lime/${run}/trigger/${serial}`, bytes: 10, digest: digestOf(`${run} ${serial}`) },
  source: { name: `run0000${run}.mid`, offset: serial },
});

export const cluster = (hits: number): Reconstruction['pictures'][number]['clusters'][number] => ({
  sc_size: 160,
  sc_nhits: hits,
  sc_integral: 9000,
  sc_corrintegral: 9000,
  sc_rms: 3,
  sc_theta: 0,
  sc_length: 10,
  sc_width: 10,
  sc_lfullrms: 3,
  sc_tfullrms: 3,
  sc_xmean: 1,
  sc_ymean: 1,
  sc_xmin: 0,
  sc_xmax: 1,
  sc_ymin: 0,
  sc_ymax: 1,
});

export function resultOf({ runOf: run, body, time, ...rest }: RawEvent): Reconstruction {
  const { site, detector, run: number, equipment, serial, copy } = rest;
  const clusters = [cluster(50), cluster(20 + serial)];
  return {
    site,
    detector,
    run: number,
    equipment,
    serial,
    copy,
    time,
    runOf: run,
    outcome: 'reconstructed',
    reason: '',
    pictures: [
      {
        camera: 0,
        kind: 'picture',
        cmos_integral: 1,
        cmos_mean: 1,
        cmos_rms: 1,
        nSc: 2,
        lp_len: 20,
        pedestal_run: 1,
        pedestal_version: 1,
        clusters,
      },
    ],
    waveforms: [],
    warnings: [],
    provenance: { profile: 'lngs-2023', code: '0', body: body.digest },
  };
}

const endOf = (run: number, events: number): RunEnd => ({
  ...LIME,
  run,
  ...runOf(run === 1),
  endedAt: at(10 * run + 9),
  ending: 'end-of-run',
  error: null,
  equipment: {
    Trigger: { events, firstSerial: 0, lastSerial: events - 1, missing: 0, duplicates: 0 },
    HV: { events: 7, firstSerial: 0, lastSerial: 6, missing: 0, duplicates: 0 },
  },
  rawEvents: events,
  bytes: 100,
});

const summaryOf = (run: number, events: number, complete = true): RunSummary => ({
  ...LIME,
  run,
  version: 1,
  complete,
  startedAt: at(0),
  endedAt: at(10 * run + 9),
  pedestal: false,
  expected: 3,
  events,
  reconstructed: events,
  sampledOut: 0,
  noPicture: 0,
  sparks: 0,
  pictures: events,
  clusters: 6,
  waveforms: 0,
  liveSeconds: 1,
  elapsedSeconds: 3,
  clusterRate: 6,
  sparkRate: 0,
  lightYield: null,
  meanIntegral: 1,
  at: at(40),
});

export function facts(): Facts {
  const taken = [rawOf(1, 0), rawOf(1, 1), rawOf(2, 0), rawOf(2, 1), rawOf(2, 2)];
  const lines = (run: number) =>
    taken
      .filter(one => one.run === run)
      .map(({ serial, time, body }) => ({
        serial,
        time: time.seconds,
        at: time.seconds + 0.25,
        digest: body.digest,
      }));
  const results = taken.filter(({ run }) => run === 2).map(resultOf);
  return {
    truth: new Map(
      [1, 2].map(run => [run, [{ run, pedestal: run === 1 }, ...lines(run), { ended: 1, events: 3 }]]),
    ),
    taken,
    listed: [...taken],
    results,
    recorded: [...results],
    ends: [endOf(1, 2), endOf(2, 3)],
    summaries: [summaryOf(2, 2, false), { ...summaryOf(2, 3), version: 2 }],
  };
}
