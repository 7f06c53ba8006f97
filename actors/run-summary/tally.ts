import type { Reconstruction } from '../../protocol/messages/reconstruction.ts';
import { countOf, includes, withNumber } from '../../protocol/ranges.ts';
import type { EventTime } from '../../protocol/time.ts';
import { binOf } from './spots.ts';
import type { RunState } from './state.ts';

/** Events of a run that have been counted; copies are events of their own. */
export const eventsOf = ({ seen }: Pick<RunState, 'seen'>): number =>
  Object.values(seen).reduce((sum, { serials, copies }) => sum + countOf(serials) + copies.length, 0);

type Identity = Pick<Reconstruction, 'equipment' | 'serial' | 'copy'>;

export function hasSeen({ seen }: RunState, { equipment, serial, copy }: Identity): boolean {
  const of = seen[equipment];
  if (!of) return false;
  return copy === 0 ? includes(of.serials, serial) : of.copies.includes(`${serial}~${copy}`);
}

/** With one more result, which has not been counted before. */
export function withResult(run: RunState, result: Reconstruction): RunState {
  const { outcome, pictures, waveforms, time } = result;
  const clusters = pictures.flatMap(picture => picture.clusters);
  const spots = [...run.spots];
  for (const cluster of clusters) {
    const bin = binOf(cluster, run.cuts);
    if (bin !== undefined) spots[bin] = (spots[bin] ?? 0) + 1;
  }
  const sparks = pictures.filter(({ kind }) => kind === 'spark').length;
  return {
    ...run,
    seen: { ...run.seen, [result.equipment]: withEvent(run.seen[result.equipment], result) },
    firstEvent: earlier(run.firstEvent, time) ? run.firstEvent : time,
    lastEvent: run.lastEvent && earlier(time, run.lastEvent) ? run.lastEvent : time,
    reconstructed: run.reconstructed + Number(outcome === 'reconstructed'),
    sampledOut: run.sampledOut + Number(outcome === 'sampled-out'),
    noPicture: run.noPicture + Number(outcome === 'no-picture'),
    exposures: run.exposures + Number(pictures.length > 0),
    sparks: run.sparks + sparks,
    pictures: run.pictures + pictures.length - sparks,
    clusters: pictures.reduce((sum, { nSc }) => sum + nSc, run.clusters),
    told: run.told + clusters.length,
    waveforms: run.waveforms + waveforms.length,
    light: clusters.reduce((sum, { sc_integral }) => sum + Math.round(sc_integral), run.light),
    spots,
  };
}

function withEvent(
  seen: RunState['seen'][string] | undefined,
  { serial, copy }: Identity,
): RunState['seen'][string] {
  const { serials, copies } = seen ?? { serials: [], copies: [] };
  return copy === 0
    ? { serials: withNumber(serials, serial), copies }
    : { serials, copies: [...copies, `${serial}~${copy}`].toSorted() };
}

/** Whether one moment is before, or the same as, another; never where there is none. */
const earlier = (one: EventTime | null, other: EventTime): boolean =>
  one !== null &&
  (one.seconds < other.seconds || (one.seconds === other.seconds && one.nanoseconds <= other.nanoseconds));
