import type { StreamName } from '../../protocol/subjects.ts';
import type { Milliseconds } from '../../protocol/time.ts';
import type { Delivered, Outgoing, Step } from '../../runtime/actor.ts';
import type { AuditorConfig } from './config.ts';
import { isPassed, judge } from './judge.ts';
import { dueAt, isSettled } from './periods.ts';
import type { Seen } from './seen.ts';
import type { AuditState, Books } from './state.ts';
import { nameOf, take } from './take.ts';
import { tell } from './tell.ts';

/** Streams whose sequences are in the books. */
const COUNTED: readonly StreamName[] = ['BEAM', 'SPILL', 'EVENT', 'RECO'];

/** Enters a message, and tells of every account that is settled, or has changed since it was told. */
export function step(config: AuditorConfig, state: AuditState, message: Delivered<Seen>): Step<AuditState> {
  const now = message.storedAt;
  const { state: current, outputs: closing } = onThisStream(config, state, message);
  const news = state.news || message.body.kind !== 'other';
  const entered = { ...take(config, current, message), news };
  if (now < state.looked + config.every)
    return { state: entered, outputs: closing, reason: `${message.body.kind}: entered` };
  const { state: looked, outputs } = look(config, entered, now);
  return { state: looked, outputs: [...closing, ...outputs], reason: `${outputs.length} changes told` };
}

/** When accounts must be looked at again if nothing comes. */
export function wakeAt(
  config: AuditorConfig,
  { accounts, looked, news }: AuditState,
): Milliseconds | undefined {
  const due = Object.values(accounts).flatMap(books => dueAt(config, books, looked) ?? []);
  if (news) due.push(looked + config.every);
  return due.length === 0 ? undefined : Math.max(looked + config.every, Math.min(...due));
}

/** Looks at every account of which anything may have changed. */
function look(
  config: AuditorConfig,
  state: AuditState,
  now: Milliseconds,
): Pick<Step<AuditState>, 'state' | 'outputs'> {
  const outputs: Outgoing[] = [];
  const accounts: Record<string, Books> = {};
  for (const [id, books] of Object.entries(state.accounts)) {
    const judgement = isQuiet(books) ? undefined : judge(config, state, books);
    if (!judgement || !isSettled(config, state, books, judgement.gaps.length === 0, now)) {
      accounts[id] = books;
      continue;
    }
    const told = tell(books, judgement, now);
    outputs.push(...told.outputs);
    accounts[id] = isPassed(judgement) ? passed(told.books, judgement.live) : told.books;
  }
  return { state: withoutOld(config, { ...state, accounts, looked: now, news: false }, now), outputs };
}

/** Told, and nothing of it can change unless something comes for it. */
const isQuiet = ({
  version,
  received,
  outputs,
  counts,
  late,
  duplicates,
  missing,
  discrepancies,
  summarised,
}: Books): boolean =>
  version > 0 &&
  received.length === 0 &&
  outputs.length === 0 &&
  late === counts?.late &&
  duplicates === counts.duplicates &&
  (summarised ?? 0) === (counts.summarised ?? 0) &&
  Object.keys(missing).length === 0 &&
  Object.values(discrepancies).every(({ state }) => state === 'closed');

/** With what is at every stage as numbers alone. */
const passed = (books: Books, live: Books['past']): Books => ({
  ...books,
  received: [],
  inputs: [],
  made: [],
  outputs: [],
  past: {
    received: books.past.received + live.received,
    made: books.past.made + live.made,
    filed: books.past.filed + live.filed,
    listed: books.past.listed + live.listed,
    stored: books.past.stored + live.stored,
  },
  missing: Object.fromEntries(Object.entries(books.missing).filter(([, numbers]) => numbers.length > 0)),
});

/** Without accounts that have been quiet for long enough; what comes of them yet opens others. */
function withoutOld(config: AuditorConfig, state: AuditState, now: Milliseconds): AuditState {
  const quietest = Object.values(state.accounts).toSorted((a, b) => a.heard - b.heard);
  const tooMany = quietest.length - config.most;
  const leaving = quietest.filter(
    (books, index) =>
      index < tooMany ||
      (books.version > 0 && now >= books.heard + (isQuiet(books) ? config.keep : config.keepIncomplete)),
  );
  if (leaving.length === 0) return state;
  const gone = new Set(leaving.map(({ id }) => id));
  const accounts = Object.fromEntries(Object.entries(state.accounts).filter(([id]) => !gone.has(id)));
  return { ...state, accounts };
}

/**
 * A stream that was made anew counts from 1: what was open of the one before is told as it stands, and its sequences mean nothing
 * any more.
 */
function onThisStream(
  config: AuditorConfig,
  state: AuditState,
  { stream, storedAt }: Delivered<Seen>,
): { readonly state: AuditState; readonly outputs: readonly Outgoing[] } {
  const name = nameOf(stream);
  const known = state.streams[name];
  if (known === stream || !COUNTED.includes(name)) return { state, outputs: [] };
  const streams = { ...state.streams, [name]: stream };
  if (known === undefined) return { state: { ...state, streams }, outputs: [] };
  const outputs = Object.values(state.accounts).flatMap(books =>
    isQuiet(books) ? [] : tell(books, judge(config, state, books), storedAt).outputs,
  );
  const { accounts: _, ...rest } = state;
  return {
    state: {
      ...rest,
      accounts: {},
      streams,
      reached: {},
      left: {},
      packedThrough: 0,
      refused: [],
      again: [],
      orphans: [],
    },
    outputs,
  };
}
