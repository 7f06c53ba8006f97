import { createHash } from 'node:crypto';
import { includes, withNumber, without } from '../../protocol/ranges.ts';
import type { Milliseconds } from '../../protocol/time.ts';
import type { AuditorConfig } from './config.ts';
import type { ReadingsHead } from './readings-head.ts';
import { type AuditState, type Books, openBooks } from './state.ts';

/** As many as the packer remembers: what it takes for told again makes no record. */
const REMEMBERED = 1024;

/** Registrations followed. */
const MOST_REGISTRATIONS = 64;

/** A registration met for the first time at a higher number was under way before: what it counted then is not ours. */
const FIRST_NUMBERS = 64;

/** Records waiting for their readings: streams are merged by time, so there are hardly ever any. */
const MOST_ORPHANS = 1_000;

interface Met {
  readonly sequence: number;
  readonly identity: string;
  readonly storedAt: Milliseconds;
}

/** Readings, in the account of their source and period. */
export function takeReadings(
  config: AuditorConfig,
  state: AuditState,
  head: ReadingsHead,
  met: Met,
): AuditState {
  const { period, cadence } = config.beam;
  const digest = createHash('sha256').update(met.identity).digest('base64url').slice(0, 16);
  const toldAgain = state.told.includes(digest);
  const from = Math.floor(head.at / period) * period;
  const { source, trigger, inOut } = head;
  const of = { kind: 'beam', source, trigger, inOut } as const;
  const line = `${source}/${trigger}/${inOut}`;
  const id = `beam/${line}/${new Date(from).toISOString().slice(0, 19)}Z`;
  const known = state.accounts[id] ?? openBooks({ id, of, from, to: from + period, opened: met.storedAt });
  const numbered = head.number ?? byCadence(state, line, head.at, cadence[trigger]);
  const books: Books = {
    ...known,
    heard: met.storedAt,
    ...(toldAgain
      ? { duplicates: known.duplicates + 1 }
      : {
          received: withNumber(known.received, met.sequence),
          late: known.late + (known.version > 0 ? 1 : 0),
        }),
    ...(numbered && { expectation: head.number ? 'counted' : 'cadence' }),
  };
  const taken = {
    ...state,
    accounts: { ...state.accounts, [id]: books },
    latest: { ...state.latest, [line]: Math.max(head.at, state.latest[line] ?? 0) },
    told: toldAgain ? state.told : [...state.told.slice(1 - REMEMBERED), digest],
  };
  return adopted(
    numbered ? counted(taken, id, numbered.registration, numbered.number, line in state.latest) : taken,
    met,
  );
}

/** A message of BEAM that nobody can read: counted, for whoever refuses it. */
export function takeUnreadable(config: AuditorConfig, state: AuditState, met: Met): AuditState {
  const { period } = config.beam;
  const from = Math.floor(met.storedAt / period) * period;
  const of = { kind: 'beam', source: 'unreadable', trigger: 'unreadable', inOut: 'out' } as const;
  const id = `beam/unreadable/unreadable/out/${new Date(from).toISOString().slice(0, 19)}Z`;
  const known = state.accounts[id] ?? openBooks({ id, of, from, to: from + period, opened: met.storedAt });
  const books = { ...known, heard: met.storedAt, received: withNumber(known.received, met.sequence) };
  return { ...state, accounts: { ...state.accounts, [id]: books } };
}

/** A record, for the readings that it was packed from. */
export function takeRecord(
  state: AuditState,
  cause: number,
  sequence: number,
  storedAt: Milliseconds,
): AuditState {
  const from = state.again.find(([again]) => again === cause)?.[1] ?? cause;
  const packedThrough = Math.max(state.packedThrough, cause);
  const books = booksOf(state, from);
  if (!books) {
    const orphans = [...state.orphans.slice(1 - MOST_ORPHANS), [from, sequence] as [number, number]];
    return { ...state, packedThrough, orphans };
  }
  const next: Books = {
    ...books,
    heard: storedAt,
    made: withNumber(books.made, from),
    outputs: withNumber(books.outputs, sequence),
    twice: includes(books.made, from) ? withNumber(books.twice, from) : books.twice,
  };
  return { ...state, packedThrough, accounts: { ...state.accounts, [books.id]: next } };
}

/** The account that has readings of this sequence. Records follow their readings closely: the latest first. */
export const booksOf = ({ accounts }: AuditState, sequence: number): Books | undefined =>
  Object.values(accounts).findLast(({ of, received }) => of.kind === 'beam' && includes(received, sequence));

/** Records that came before their readings. */
function adopted(state: AuditState, { sequence, storedAt }: Met): AuditState {
  const own = state.orphans.filter(([from]) => from === sequence);
  if (own.length === 0) return state;
  const rest = { ...state, orphans: state.orphans.filter(([from]) => from !== sequence) };
  return own.reduce((next, [from, record]) => takeRecord(next, from, record, storedAt), rest);
}

/** Numbers left out below this one are missing in its account; one that was missing is so no more, wherever it was. */
function counted(
  state: AuditState,
  id: string,
  registration: string,
  number: number,
  isSourceKnown: boolean,
): AuditState {
  const before = state.highest[registration];
  const begin = isSourceKnown && number <= FIRST_NUMBERS ? 0 : number - 1;
  const highest = before ?? begin;
  if (number <= highest) return found(state, registration, number);
  const books = state.accounts[id] as Books;
  const holes = books.missing[registration] ?? [];
  const { [registration]: _, ...others } = state.highest;
  const kept = Object.entries(others).slice(1 - MOST_REGISTRATIONS);
  const next = { ...state, highest: { ...Object.fromEntries(kept), [registration]: number } };
  if (number === highest + 1) return next;
  const missing = {
    ...books.missing,
    [registration]: [...holes, [highest + 1, number - 1] as [number, number]],
  };
  return { ...next, accounts: { ...state.accounts, [id]: { ...books, missing } } };
}

function found(state: AuditState, registration: string, number: number): AuditState {
  const books = Object.values(state.accounts).find(({ missing }) =>
    includes(missing[registration] ?? [], number),
  );
  if (!books) return state;
  const missing = {
    ...books.missing,
    [registration]: without(books.missing[registration] ?? [], [[number, number]]),
  };
  return { ...state, accounts: { ...state.accounts, [books.id]: { ...books, missing } } };
}

/** A number for a trigger whose front end gives none: how many could have come since the last. */
function byCadence(
  { highest, latest }: AuditState,
  line: string,
  at: Milliseconds,
  cadence: Milliseconds | undefined,
): ReadingsHead['number'] {
  if (cadence === undefined) return null;
  const registration = `every ${cadence} ms: ${line}`;
  const last = highest[registration];
  if (last === undefined) return { registration, number: 1 };
  const steps = Math.round((at - (latest[line] ?? at)) / cadence);
  return {
    registration,
    number: Math.max(1, last + (at > (latest[line] ?? 0) ? Math.max(1, steps) : steps)),
  };
}
