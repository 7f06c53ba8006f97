import type { Pedestal } from '../../protocol/messages/pedestal.ts';
import { pedestal } from '../../protocol/messages/pedestal.ts';
import { type Reconstruction, reconstruction } from '../../protocol/messages/reconstruction.ts';
import { runSummary } from '../../protocol/messages/run-summary.ts';
import { type RunBegin, type RunEnd, runBegin, runEnd } from '../../protocol/messages/run-transition.ts';
import { type Wake, wake } from '../../protocol/messages/wake.ts';
import { includes, withNumber } from '../../protocol/ranges.ts';
import type { Milliseconds } from '../../protocol/time.ts';
import type { Delivered, Outgoing, Step } from '../../runtime/actor.ts';
import type { RunSummaryConfig } from './config.ts';
import { detectorKey, newRun, type RunState, runKey, type SummaryState } from './state.ts';
import { isComplete, summarize } from './summarize.ts';
import { hasSeen, withResult } from './tally.ts';

export type SummaryMessage = Reconstruction | RunBegin | RunEnd | Pedestal | Wake;

/** Everything on the streams that are folded; pedestals pass by. */
export const FOLDED = [reconstruction, runBegin, runEnd, pedestal, wake] as const;

/** Runs that are kept at most: beyond, those that have been quiet longest leave. */
const MOST_RUNS = 500;

/** Takes a message in, and tells of every run whose summary is due. */
export function step(
  config: RunSummaryConfig,
  state: SummaryState,
  message: Delivered<SummaryMessage>,
): Step<SummaryState> {
  const now = message.storedAt;
  const { runs, reason } = taken(config, state, message);
  const outputs: Outgoing[] = [];
  const told = Object.entries(runs).map(([key, run]): [string, RunState] => {
    if (!isDue(run, now, config.every)) return [key, run];
    const version = run.version + 1;
    outputs.push({
      type: runSummary,
      body: summarize(run, version),
      hops: message.hops,
    });
    return [key, { ...run, version, toldAt: now, news: 'none' }];
  });
  return { state: withoutOld(config, { ...state, runs: Object.fromEntries(told) }, now), outputs, reason };
}

/** When a run that has news may be told of again. */
export function wakeAt(
  { runs }: SummaryState,
  { every }: Pick<RunSummaryConfig, 'every'>,
): Milliseconds | undefined {
  const due = Object.values(runs).filter(({ news }) => news === 'some');
  return due.length === 0 ? undefined : Math.min(...due.map(({ toldAt }) => toldAt + every));
}

const isDue = ({ news, toldAt }: RunState, now: Milliseconds, every: Milliseconds): boolean =>
  news === 'urgent' || (news === 'some' && now >= toldAt + every);

interface Taken {
  readonly runs: SummaryState['runs'];
  readonly reason: string;
}

function taken(config: RunSummaryConfig, state: SummaryState, message: Delivered<SummaryMessage>): Taken {
  const { type, storedAt } = message;
  if (type === wake.type || type === pedestal.type) return { runs: state.runs, reason: 'time has come' };
  const body = message.body as RunBegin | RunEnd | Reconstruction;
  const key = runKey(body);
  const name = `run ${body.run} of ${body.detector}`;
  if (includes(state.left[detectorKey(body)] ?? [], body.run))
    return { runs: state.runs, reason: `${name} has left: it is not counted any more` };
  const known = state.runs[key];
  const run = { ...(known ?? newRun(knownFrom(body, config))), heardAt: storedAt };
  const put = (next: RunState, reason: string): Taken => ({
    runs: { ...state.runs, [key]: next },
    reason: `${name}: ${reason}`,
  });
  if (type === runBegin.type) return put({ ...run, news: 'urgent' }, 'it has begun');
  if (type === runEnd.type) {
    const end = { at: (body as RunEnd).endedAt, expected: expectedOf(body as RunEnd, config.equipment) };
    return put({ ...run, end, news: 'urgent' }, `it has ended with ${end.expected} events`);
  }
  const result = body as Reconstruction;
  const event = `${result.equipment} ${result.serial}~${result.copy}`;
  if (hasSeen(run, result)) return { runs: state.runs, reason: `${name}: event ${event} is counted already` };
  const next = withResult(run, result);
  const urgent = !known || run.news === 'urgent' || isComplete(next);
  return put({ ...next, news: urgent ? 'urgent' : 'some' }, `event ${event}`);
}

/** Every message says what a run needs, whichever comes first. */
function knownFrom(
  body: RunBegin | RunEnd | Reconstruction,
  { spots, detectors }: RunSummaryConfig,
): Parameters<typeof newRun>[0] {
  const { startedAt, pedestal, exposure } = 'runOf' in body ? body.runOf : body;
  const { site, detector, run } = body;
  return { site, detector, run, startedAt, pedestal, exposure, cuts: detectors[detector] ?? spots };
}

/** Events of cameras, as the run's end counts them. */
const expectedOf = ({ equipment }: RunEnd, cameras: readonly string[]): number =>
  cameras.reduce((sum, name) => sum + (equipment[name]?.events ?? 0), 0);

/**
 * Without the runs that have been quiet for long enough. Their numbers stay, so that a result that comes yet, or again, does not
 * begin the run anew with nothing in it.
 */
function withoutOld(config: RunSummaryConfig, state: SummaryState, now: Milliseconds): SummaryState {
  const quietest = Object.values(state.runs).toSorted((a, b) => a.heardAt - b.heardAt || a.run - b.run);
  const tooMany = quietest.length - MOST_RUNS;
  const leaving = quietest.filter(
    (run, index) =>
      index < tooMany || now >= run.heardAt + (isComplete(run) ? config.keep : config.keepIncomplete),
  );
  if (leaving.length === 0) return state;
  const gone = new Set(leaving.map(runKey));
  const left = { ...state.left };
  for (const run of leaving) {
    const key = detectorKey(run);
    left[key] = withNumber(left[key] ?? [], run.run);
  }
  return { runs: Object.fromEntries(Object.entries(state.runs).filter(([key]) => !gone.has(key))), left };
}
