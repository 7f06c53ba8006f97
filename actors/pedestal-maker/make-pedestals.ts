import { bodyNames } from '../../protocol/body-names.ts';
import { asSpillwayError, type ErrorCode, SpillwayError } from '../../protocol/errors.ts';
import type { Pedestal } from '../../protocol/messages/pedestal.ts';
import type { RawEvent } from '../../protocol/messages/raw-event.ts';
import type { RunEnd } from '../../protocol/messages/run-transition.ts';
import { type PedestalMap, pedestalMapBytes } from '../../protocol/pedestal/map.ts';
import type { EventTime } from '../../protocol/time.ts';
import type { EventStore } from '../../runtime/event-store/event-store.ts';
import type { PedestalMakerConfig } from './config.ts';
import { figuresOf } from './figures.ts';
import { type CameraSums, sumRun } from './sum-run.ts';

/** Maps made of one run: there is one, for its message is never published twice. */
const VERSION = 1;

export interface MakingOptions extends Pick<PedestalMakerConfig, 'equipment' | 'maxPictures'> {
  readonly eventStore: Pick<EventStore, 'get' | 'put'>;
  readonly at: EventTime;
  readonly signal: AbortSignal;
}

/**
 * The pedestals of a run that has ended, one per camera, their maps in the event store; or a refusal that says why not. Nobody
 * has to wait for what will not come, so that whatever cannot be helped by trying again is a refusal.
 * @param events those of the run that the stream has, of every equipment
 * @throws SpillwayError of codes that a retry may help
 */
export async function makePedestals(
  run: RunEnd,
  events: readonly RawEvent[],
  options: MakingOptions,
): Promise<Pedestal[]> {
  const { eventStore, signal } = options;
  try {
    if (run.highVoltage) throw unusable('high voltage was on');
    if (events.length < run.rawEvents)
      throw new SpillwayError(
        'STREAM_HISTORY_LOST',
        `${events.length} of ${run.rawEvents} events are still in the stream`,
      );
    const used = events
      .filter(({ equipment }) => equipment === options.equipment)
      .toSorted((a, b) => a.serial - b.serial || a.copy - b.copy)
      .slice(0, options.maxPictures);
    const { cameras, leftOut } = await sumRun(used, (body, into) => eventStore.get(body, into, signal));
    if (cameras.size === 0) throw unusable(`no picture in ${used.length} events`);
    const common = { ...commonOf(run, options.at, [...cameras.keys()]), events: events.length, leftOut };
    const made: Pedestal[] = [];
    for (const [camera, sums] of cameras)
      made.push({ ...common, camera, outcome: await outcomeOf(run, camera, sums, options) });
    return made;
  } catch (thrown) {
    const error = asSpillwayError(thrown);
    if (error.retry) throw error;
    return [refusal(run, options.at, error)];
  }
}

/** One for all cameras of a run: which it has is not known. */
export const refusal = (run: RunEnd, at: EventTime, { code, message }: SpillwayError): Pedestal => ({
  ...commonOf(run, at, [0]),
  camera: 0,
  events: run.rawEvents,
  leftOut: [],
  outcome: refused(code, message),
});

const commonOf = (run: RunEnd, madeAt: EventTime, cameras: readonly number[]) => ({
  site: run.site,
  detector: run.detector,
  run: run.run,
  startedAt: run.startedAt,
  pedestal: run.pedestal,
  highVoltage: run.highVoltage,
  exposure: run.exposure,
  version: VERSION,
  cameras: cameras.toSorted((a, b) => a - b),
  madeAt,
});

async function outcomeOf(
  run: RunEnd,
  camera: number,
  sums: CameraSums,
  { eventStore, signal }: MakingOptions,
): Promise<Pedestal['outcome']> {
  if (sums.kind === 'mixed') return refused('PICTURE_MALFORMED', sums.reason);
  const { map } = sums;
  if (map.pictures < 2) return refused('PEDESTAL_UNUSABLE', `${map.pictures} picture, an RMS needs 2`);
  const body = await eventStore.put(
    bodyNames.pedestal({ ...run, camera, version: VERSION }),
    pedestalMapBytes(map),
    signal,
  );
  return { kind: 'made', ...sizeOf(map), body, figures: figuresOf(map) };
}

const sizeOf = ({ pictures, rows, columns }: PedestalMap) => ({ pictures, rows, columns });

const refused = (code: ErrorCode, reason: string) => ({ kind: 'refused', code, reason }) as const;

const unusable = (reason: string): SpillwayError => new SpillwayError('PEDESTAL_UNUSABLE', reason);
