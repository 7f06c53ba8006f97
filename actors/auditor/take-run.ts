import type { Subject } from '../../protocol/messages/account.ts';
import type { EventGap } from '../../protocol/messages/event-gap.ts';
import type { RunSummary } from '../../protocol/messages/run-summary.ts';
import type { RunBegin, RunEnd } from '../../protocol/messages/run-transition.ts';
import { includes, withNumber, without, withRange } from '../../protocol/ranges.ts';
import { eventTimeToMs, type Milliseconds } from '../../protocol/time.ts';
import type { AuditorConfig } from './config.ts';
import type { RunOf, Seen } from './seen.ts';
import { type AuditState, type Books, openBooks } from './state.ts';

/** Key under which an account keeps serials that are missing. */
export const SERIALS = 'serials';

const idOf = ({ site, detector, equipment, run }: RunOf): string =>
  `run/${site}/${detector}/${equipment}/${run}`;

interface Known {
  readonly from: Milliseconds;
  readonly to: Milliseconds;
  readonly storedAt: Milliseconds;
  readonly pedestal?: boolean;
}

function withRun(
  state: AuditState,
  of: RunOf,
  known: Known,
  change: (books: Books) => Partial<Books>,
): AuditState {
  const id = idOf(of);
  const { from, to, storedAt, pedestal = false } = known;
  const subject: Subject = { kind: 'run', ...of };
  const before =
    state.accounts[id] ??
    openBooks({ id, of: subject, from, to, opened: storedAt, pedestal, expectation: 'counted' });
  const books = { ...before, heard: storedAt, to: Math.max(before.to, to), ...change(before) };
  return { ...state, accounts: { ...state.accounts, [id]: books } };
}

export const takeEvent = (
  state: AuditState,
  { of, key, at, began, pedestal }: Extract<Seen, { kind: 'event' }>,
  sequence: number,
  storedAt: Milliseconds,
): AuditState =>
  withRun(state, of, { from: began, to: at, storedAt, pedestal }, books => {
    if (includes(books.received, key)) return { duplicates: books.duplicates + 1 };
    const { [SERIALS]: holes = [], ...others } = books.missing;
    const left = without(holes, [[key, key]]);
    return {
      received: withNumber(books.received, key),
      inputs: withNumber(books.inputs, sequence),
      missing: left.length > 0 ? { ...others, [SERIALS]: left } : others,
      late: books.late + (books.version > 0 ? 1 : 0),
    };
  });

/** What the intake noticed among the serials. */
export function takeSerials(state: AuditState, gap: EventGap, storedAt: Milliseconds): AuditState {
  const at = eventTimeToMs(gap.at);
  const { site, detector, equipment, run } = gap;
  return withRun(state, { site, detector, equipment, run }, { from: at, to: at, storedAt }, books => {
    if (gap.kind === 'duplicate') return { duplicates: books.duplicates + gap.last - gap.first + 1 };
    // These are kept all the same, and received.
    if (gap.kind !== 'missing') return {};
    const holes = withRange(books.missing[SERIALS] ?? [], gap.first, gap.last);
    return { missing: { ...books.missing, [SERIALS]: without(holes, books.received) } };
  });
}

/** A run begins: its equipment is known by its events. */
export const takeBegin = (
  config: AuditorConfig,
  state: AuditState,
  { site, detector, run, startedAt, pedestal }: RunBegin,
  storedAt: Milliseconds,
): AuditState => {
  const from = eventTimeToMs(startedAt);
  return config.runs.reconstructed.reduce(
    (next, equipment) =>
      withRun(next, { site, detector, equipment, run }, { from, to: from, storedAt, pedestal }, () => ({
        from,
        pedestal,
      })),
    state,
  );
};

/** A run ends: what it counts of every equipment whose events are kept is what there should be. */
export const takeEnd = (
  config: AuditorConfig,
  state: AuditState,
  { site, detector, run, startedAt, endedAt, pedestal, equipment: counts }: RunEnd,
  storedAt: Milliseconds,
): AuditState => {
  const known = { from: eventTimeToMs(startedAt), to: eventTimeToMs(endedAt), storedAt, pedestal };
  const names = new Set([...config.runs.reconstructed, ...Object.keys(counts)]);
  return [...names].reduce((next, equipment) => {
    const of = { site, detector, equipment, run };
    // Events of slow control are readings: nobody has met a reference to one.
    if (!(idOf(of) in next.accounts) && !config.runs.reconstructed.includes(equipment)) return next;
    const { events = 0, missing = 0 } = counts[equipment] ?? {};
    return withRun(next, of, known, () => ({ ended: storedAt, declared: events + missing, pedestal }));
  }, state);
};

export function takeResult(
  state: AuditState,
  { of, key }: Extract<Seen, { kind: 'result' }>,
  sequence: number,
  storedAt: Milliseconds,
): AuditState {
  const line = `${of.site}:${of.detector}:${of.equipment}`;
  const [run, last] = state.resultsThrough[line] ?? [0, 0];
  const isLater = of.run > run || (of.run === run && key > last);
  const resultsThrough = isLater
    ? { ...state.resultsThrough, [line]: [of.run, key] as [number, number] }
    : state.resultsThrough;
  const books = state.accounts[idOf(of)];
  if (!books) return { ...state, resultsThrough };
  const next: Books = {
    ...books,
    heard: storedAt,
    made: withNumber(books.made, key),
    outputs: withNumber(books.outputs, sequence),
    twice: includes(books.made, key) ? withNumber(books.twice, key) : books.twice,
  };
  return { ...state, resultsThrough, accounts: { ...state.accounts, [books.id]: next } };
}

/** What a run was summed up from; an unfinished summary says nothing. */
export function takeSummary(config: AuditorConfig, state: AuditState, summary: RunSummary): AuditState {
  const { site, detector, run, complete, events } = summary;
  const [equipment] = config.runs.reconstructed;
  const books =
    equipment === undefined ? undefined : state.accounts[idOf({ site, detector, equipment, run })];
  if (!books || !complete) return state;
  return { ...state, accounts: { ...state.accounts, [books.id]: { ...books, summarised: events } } };
}
