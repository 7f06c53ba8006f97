import type { RunSummary } from '../../protocol/messages/run-summary.ts';
import { eventTimeFromMs } from '../../protocol/time.ts';
import { findPeak } from './peak.ts';
import { binWidth } from './spots.ts';
import type { RunState } from './state.ts';
import { eventsOf } from './tally.ts';

/** Whether nothing more of the run is to come: of a pedestal run nothing is reconstructed. */
export const isComplete = (run: RunState): boolean =>
  run.end !== null && (run.pedestal || eventsOf(run) >= run.end.expected);

/** What a run amounts to, as far as it is known. */
export function summarize(run: RunState, version: number): RunSummary {
  const { site, detector, exposure, clusters, sparks, exposures, end } = run;
  const liveSeconds = exposure === null ? null : exposures * exposure;
  const rate = (count: number) => (liveSeconds !== null && liveSeconds > 0 ? count / liveSeconds : null);
  return {
    site,
    detector,
    run: run.run,
    version,
    complete: isComplete(run),
    startedAt: run.startedAt,
    endedAt: end?.at ?? null,
    pedestal: run.pedestal,
    expected: end?.expected ?? null,
    events: eventsOf(run),
    reconstructed: run.reconstructed,
    sampledOut: run.sampledOut,
    noPicture: run.noPicture,
    sparks,
    pictures: run.pictures,
    clusters,
    waveforms: run.waveforms,
    liveSeconds,
    elapsedSeconds: elapsedOf(run),
    clusterRate: rate(clusters),
    sparkRate: rate(sparks),
    lightYield: findPeak(run.spots, run.cuts.integral.from, binWidth(run.cuts)),
    meanIntegral: run.told > 0 ? run.light / run.told : null,
    at: eventTimeFromMs(run.heardAt),
  };
}

/** Times are those of the events' headers, whole seconds where MIDAS wrote them (cygno.md B1). */
function elapsedOf({ firstEvent, lastEvent, exposure }: RunState): number | null {
  if (!firstEvent || !lastEvent || exposure === null) return null;
  const seconds = lastEvent.seconds - firstEvent.seconds;
  return seconds + (lastEvent.nanoseconds - firstEvent.nanoseconds) / 1e9 + exposure;
}
