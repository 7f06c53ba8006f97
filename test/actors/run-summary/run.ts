import { RunSummaryConfig } from '../../../actors/run-summary/config.ts';
import { initialState, SummaryState } from '../../../actors/run-summary/state.ts';
import { type SummaryMessage, step } from '../../../actors/run-summary/step.ts';
import type { MessageType } from '../../../protocol/message.ts';
import {
  type RecoCluster,
  type Reconstruction,
  type RecoPicture,
  reconstruction,
} from '../../../protocol/messages/reconstruction.ts';
import type { RunSummary } from '../../../protocol/messages/run-summary.ts';
import { type RunBegin, type RunEnd, runBegin, runEnd } from '../../../protocol/messages/run-transition.ts';
import { wake } from '../../../protocol/messages/wake.ts';
import { eventTimeFromMs } from '../../../protocol/time.ts';
import type { Delivered } from '../../../runtime/actor.ts';

export const STARTED = { seconds: 1_700_000_000, nanoseconds: 0 };

const of = (run: number) => ({ site: 'lngs', detector: 'lime', run });
const runOf = { startedAt: STARTED, pedestal: false, highVoltage: true, exposure: 0.3 };

export const begin = (run = 7, over: Partial<RunBegin> = {}): RunBegin => ({
  ...of(run),
  ...runOf,
  description: '',
  conditions: {},
  odb: { kind: 'none', reason: 'a test' },
  source: 'run00007.mid',
  ...over,
});

export const end = (events: number, run = 7, over: Partial<RunEnd> = {}): RunEnd => ({
  ...of(run),
  ...runOf,
  endedAt: { seconds: STARTED.seconds + 600, nanoseconds: 0 },
  ending: 'end-of-run',
  error: null,
  equipment: {
    Trigger: { events, firstSerial: 0, lastSerial: events - 1, missing: 0, duplicates: 0 },
    Environment: { events: 3, firstSerial: 0, lastSerial: 2, missing: 0, duplicates: 0 },
  },
  rawEvents: events,
  bytes: 0,
  ...over,
});

/** A round spot in the middle of a LIME picture. */
export const spot = (sc_integral: number, over: Partial<RecoCluster> = {}): RecoCluster => ({
  sc_size: 640,
  sc_nhits: 500,
  sc_integral,
  sc_corrintegral: sc_integral,
  sc_rms: 9,
  sc_theta: 10,
  sc_length: 30,
  sc_width: 28,
  sc_lfullrms: 5,
  sc_tfullrms: 5,
  sc_xmean: 1152,
  sc_ymean: 1152,
  sc_xmin: 1140,
  sc_xmax: 1164,
  sc_ymin: 1140,
  sc_ymax: 1164,
  ...over,
});

export const picture = (clusters: readonly RecoCluster[], over: Partial<RecoPicture> = {}): RecoPicture => ({
  camera: 0,
  kind: 'picture',
  cmos_integral: 1e6,
  cmos_mean: 1,
  cmos_rms: 2,
  nSc: clusters.length,
  lp_len: 100,
  pedestal_run: 6,
  pedestal_version: 1,
  clusters: [...clusters],
  ...over,
});

export const result = (serial: number, over: Partial<Reconstruction> = {}): Reconstruction => ({
  ...of(7),
  equipment: 'Trigger',
  serial,
  copy: 0,
  time: { seconds: STARTED.seconds + serial, nanoseconds: 0 },
  runOf,
  outcome: 'reconstructed',
  reason: '',
  pictures: [picture([])],
  waveforms: [],
  warnings: [],
  provenance: { profile: 'lngs-2023', code: '0.1.0', body: 'sha256:00', vignetting: 'even' },
  ...over,
});

/** A message before it is stored. */
type Told = Omit<Delivered<SummaryMessage>, 'sequence' | 'storedAt'>;

const told = <Body extends SummaryMessage>(type: MessageType<Body>, body: Body): Told => ({
  type: type.type,
  body,
  identity: type.identity(body),
  stream: `${type.stream}@1`,
  subject: type.subject('test', body),
  hops: [],
});

export const theBegin = (...given: Parameters<typeof begin>): Told => told(runBegin, begin(...given));
export const theEnd = (...given: Parameters<typeof end>): Told => told(runEnd, end(...given));
export const theResult = (...given: Parameters<typeof result>): Told =>
  told(reconstruction, result(...given));
export const aWake = (atMs: number): Told => told(wake, { actor: 'run-summary', at: eventTimeFromMs(atMs) });

/** The fold with a clock that goes by hand. */
export class Fold {
  readonly config: RunSummaryConfig;
  readonly summaries: RunSummary[] = [];
  state = initialState;
  now = 1_800_000_000_000;
  #sequence = 0;

  constructor(section: Record<string, unknown> = {}) {
    this.config = RunSummaryConfig.parse(section);
  }

  /** @returns the summaries that are told of it */
  tell(message: Told, afterMs = 1): readonly RunSummary[] {
    this.now += afterMs;
    const made = step(this.config, this.state, {
      ...message,
      sequence: ++this.#sequence,
      storedAt: this.now,
    });
    this.state = made.state;
    const summaries = made.outputs.map(output => output.body as RunSummary);
    this.summaries.push(...summaries);
    return summaries;
  }

  /** As after a crash: what was known is what the snapshot says. */
  restart(): void {
    this.state = SummaryState.parse(JSON.parse(JSON.stringify(this.state)));
  }
}
