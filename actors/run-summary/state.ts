import { z } from 'zod';
import { EventIdentity } from '../../protocol/messages/raw-event.ts';
import { Ranges } from '../../protocol/ranges.ts';
import { EventTime } from '../../protocol/time.ts';
import { SpotCuts } from './config.ts';
import { BINS, emptyHistogram } from './spots.ts';

const count = z.int().min(0);
const { site, detector, run } = EventIdentity;

/** Which events of an equipment have been counted. */
const Seen = z.strictObject({ serials: Ranges, copies: z.array(z.string()) });

/**
 * What is known of a run. Everything that is added up is a whole number, so that the order of results and the place of a restart leave
 * no trace in the last bit.
 */
export const RunState = z.strictObject({
  site,
  detector,
  run,
  startedAt: EventTime,
  pedestal: z.boolean(),
  exposure: z.number().positive().nullable(),
  cuts: SpotCuts.describe('those it was begun with: a histogram has one meaning'),
  end: z.strictObject({ at: EventTime, expected: count }).nullable(),
  seen: z.record(z.string(), Seen).describe('by equipment'),
  firstEvent: EventTime.nullable(),
  lastEvent: EventTime.nullable(),
  reconstructed: count,
  sampledOut: count,
  noPicture: count,
  exposures: count.describe('events with a picture, sparks included'),
  sparks: count,
  pictures: count,
  clusters: count.describe('as pictures count them'),
  told: count.describe('clusters that are in the results: a message holds only so many'),
  waveforms: count,
  light: z.int().describe('sum of their sc_integral, each rounded to whole counts'),
  spots: z.array(count).length(BINS),
  version: count.describe('of the last summary; 0 before the first'),
  toldAt: z.number().describe('when it was told, ms'),
  heardAt: z.number().describe('storage time of the last message of the run, ms'),
  news: z.enum(['none', 'some', 'urgent']).describe('urgent: begin, end and completion are told at once'),
});
export type RunState = z.infer<typeof RunState>;

export const SummaryState = z.strictObject({
  /** By detector and number. */
  runs: z.record(z.string(), RunState),
  /** Runs that have left, by detector: what comes of them is known, or too late. */
  left: z.record(z.string(), Ranges),
});
export type SummaryState = z.infer<typeof SummaryState>;

export const initialState: SummaryState = { runs: {}, left: {} };

/** A run of which only the name is known. */
export const newRun = (known: Pick<RunState, Known>): RunState => ({
  ...known,
  end: null,
  seen: {},
  firstEvent: null,
  lastEvent: null,
  reconstructed: 0,
  sampledOut: 0,
  noPicture: 0,
  exposures: 0,
  sparks: 0,
  pictures: 0,
  clusters: 0,
  told: 0,
  waveforms: 0,
  light: 0,
  spots: emptyHistogram(),
  version: 0,
  toldAt: 0,
  heardAt: 0,
  news: 'none',
});

type Known = 'site' | 'detector' | 'run' | 'startedAt' | 'pedestal' | 'exposure' | 'cuts';

/** `lngs:lime` */
export const detectorKey = ({ site, detector }: Pick<RunState, 'site' | 'detector'>): string =>
  `${site}:${detector}`;

/** `lngs:lime:42901` */
export const runKey = (of: Pick<RunState, 'site' | 'detector' | 'run'>): string =>
  `${detectorKey(of)}:${of.run}`;
