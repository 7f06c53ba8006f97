import { withRange } from '../../protocol/ranges.ts';
import type { StreamName } from '../../protocol/subjects.ts';
import type { Delivered, StreamId } from '../../runtime/actor.ts';
import type { AuditorConfig } from './config.ts';
import { eventKey, type Seen } from './seen.ts';
import { type AuditState, openBooks, type Refusal } from './state.ts';
import { takeReadings, takeRecord, takeUnreadable } from './take-beam.ts';
import { takeBegin, takeEnd, takeEvent, takeResult, takeSerials, takeSummary } from './take-run.ts';

/** Refusals and replays that are remembered: an operator looks long before. */
const MOST_REFUSED = 5_000;
const MOST_AGAIN = 1_000;

/** Which stage an actor's dead letter of a stream means. */
const STAGE_OF: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'spill-packer': { BEAM: 'made' },
  'rotorooter-feed': { SPILL: 'filed' },
  sentinel: { EVENT: 'made' },
  recorder: { BEAM: 'listed', EVENT: 'listed', SPILL: 'stored', RECO: 'stored' },
};

export const nameOf = (stream: string): StreamName => stream.split('@')[0] as StreamName;

/** Enters a message into the books. */
export function take(config: AuditorConfig, state: AuditState, message: Delivered<Seen>): AuditState {
  const { body, stream, sequence, storedAt, identity } = message;
  const met = { sequence, identity, storedAt };
  switch (body.kind) {
    case 'readings':
      return takeReadings(config, state, body, met);
    case 'unreadable':
      return nameOf(stream) === 'BEAM' ? takeUnreadable(config, state, met) : state;
    case 'record':
      return takeRecord(state, body.from, sequence, storedAt);
    case 'event':
      return takeEvent(state, body, sequence, storedAt);
    case 'serials':
      return takeSerials(state, body.gap, storedAt);
    case 'begin':
      return takeBegin(config, state, body.begin, storedAt);
    case 'end':
      return takeEnd(config, state, body.end, storedAt);
    case 'result':
      return takeResult(state, body, sequence, storedAt);
    case 'summary':
      return takeSummary(config, state, body.summary);
    case 'reached':
      return takeReached(state, body);
    case 'left':
      return takeLeft(state, body);
    case 'letter':
      return takeLetter(state, body);
    case 'again':
      return takeAgain(state, stream, sequence, body.origin);
    case 'file':
      return takeFile(state, body.file, storedAt);
    case 'other':
      break;
  }
  return state;
}

type Reached = Extract<Seen, { kind: 'reached' | 'left' }>;

/** A stage says how far it is. What came before its first word is taken for done: nobody was asked to tell then. */
function takeReached(state: AuditState, { stage, stream, first, last }: Reached): AuditState {
  if (!isCurrent(state, stream)) return state;
  const key = `${stage} ${nameOf(stream)}`;
  const before = state.reached[key];
  return {
    ...state,
    reached: { ...state.reached, [key]: withRange(before ?? [], before ? first : 1, last) },
  };
}

function takeLeft(state: AuditState, { stage: actor, stream, first, last }: Reached): AuditState {
  const name = nameOf(stream);
  const stage = STAGE_OF[actor]?.[name];
  if (stage === undefined || !isCurrent(state, stream)) return state;
  const key = `${stage} ${name}`;
  return { ...state, left: { ...state.left, [key]: withRange(state.left[key] ?? [], first, last) } };
}

function takeLetter(state: AuditState, letter: Extract<Seen, { kind: 'letter' }>): AuditState {
  const { actor, code, stream, sequence, subject } = letter;
  const stage = STAGE_OF[actor]?.[nameOf(stream)];
  if (stage === undefined || !isCurrent(state, stream)) return state;
  const serial = /\.(\d+)(?:~(\d+))?$/.exec(subject);
  const key =
    serial && nameOf(stream) === 'EVENT' ? eventKey(Number(serial[1]), Number(serial[2] ?? 0)) : sequence;
  const origin = state.again.find(([again]) => again === sequence)?.[1];
  // Refused once more: it is the same message that is refused.
  if (origin !== undefined && nameOf(stream) === 'BEAM') return state;
  const refusal: Refusal = { stage, stream: nameOf(stream), sequence, key, code, replays: [] };
  return { ...state, refused: [...state.refused.slice(1 - MOST_REFUSED), refusal] };
}

/** A replay: whoever refused the message first may now take it under this sequence. */
function takeAgain(state: AuditState, stream: StreamId, sequence: number, origin: number): AuditState {
  const name = nameOf(stream);
  const again: AuditState['again'] =
    name === 'BEAM' ? [...state.again.slice(1 - MOST_AGAIN), [sequence, origin]] : state.again;
  const refused = state.refused.map(one =>
    one.stream === name && one.sequence === origin ? { ...one, replays: [...one.replays, sequence] } : one,
  );
  return { ...state, again, refused };
}

/** A closed file: the ledger says what should be in it. */
function takeFile(
  state: AuditState,
  { file, records, sources, time }: Extract<Seen, { kind: 'file' }>['file'],
  storedAt: number,
): AuditState {
  // Other clients count in their own way.
  const own = sources.filter(({ source }) => source === state.streams['SPILL']);
  if (own.length === 0) return state;
  const id = `file/${file}`;
  const books = openBooks({
    id,
    of: { kind: 'file', file },
    from: Date.parse(time.earliest),
    to: Date.parse(time.latest),
    opened: storedAt,
    ended: storedAt,
    expectation: 'counted',
    outputs: own.reduce<[number, number][]>((ranges, { first, last }) => withRange(ranges, first, last), []),
    declared: records.in + records.out,
  });
  return { ...state, accounts: { ...state.accounts, [id]: books } };
}

/** A stage may still speak of a stream that has been made anew meanwhile. */
const isCurrent = ({ streams }: AuditState, stream: string): boolean =>
  streams[nameOf(stream)] === undefined || streams[nameOf(stream)] === stream;
