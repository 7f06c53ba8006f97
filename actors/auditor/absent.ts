import type { Cause } from '../../protocol/messages/discrepancy.ts';
import { countOf, includes, type Ranges, withNumber, without } from '../../protocol/ranges.ts';
import type { AuditState, Books, Refusal } from './state.ts';

/** What a stage lacks, and why. */
export interface Lack {
  readonly stream: string;
  /** Sequences, or keys of events. */
  readonly numbers: Ranges;
  readonly causes: readonly Cause[];
}

const REFUSED = 'dead letter: spillway dead list tells why';

const unknown = (count: number): Cause => ({ code: 'unknown', count, detail: 'nobody has said why' });

interface Reasons {
  readonly refused: readonly Refusal[];
  /** What left the stream before the stage had it. */
  readonly left: Ranges;
  /** Whether the stage has not come so far. */
  readonly isAhead: (number: number) => boolean;
}

/** Of these sequences those that a stage does not say it has had; what it refused it has stepped over, and not had. */
function at(state: AuditState, stage: string, stream: string, key: string, sequences: Ranges): Lack {
  const reached = state.reached[key] ?? [];
  const through = reached.at(-1)?.[1] ?? 0;
  const refused = state.refused.filter(
    one =>
      one.stage === stage &&
      one.stream === stream &&
      includes(sequences, one.sequence) &&
      !one.replays.some(replay => includes(reached, replay)),
  );
  const numbers = refused.reduce(
    (ranges, { sequence }) => withNumber(ranges, sequence),
    without(sequences, reached),
  );
  const left = state.left[`${stage} ${stream}`] ?? [];
  return {
    stream,
    numbers,
    causes: causesOf(numbers, { refused: bySequence(refused), left, isAhead: one => one > through }),
  };
}

const bySequence = (refused: readonly Refusal[]) => refused.map(one => ({ ...one, key: one.sequence }));

/** Keys of which nothing was made. */
function made(state: AuditState, books: Books): Lack {
  const numbers = without(books.received, books.made);
  const { of } = books;
  if (of.kind === 'run') {
    const { site, detector, equipment, run } = of;
    const [lastRun, lastKey] = state.resultsThrough[`${site}:${detector}:${equipment}`] ?? [0, 0];
    const refused = state.refused.filter(
      one => one.stage === 'made' && one.stream === 'EVENT' && includes(books.inputs, one.sequence),
    );
    const isAhead = (key: number) => run > lastRun || (run === lastRun && key > lastKey);
    return { stream: equipment, numbers, causes: causesOf(numbers, { refused, left: [], isAhead }) };
  }
  const refused = state.refused.filter(one => one.stage === 'made' && one.stream === 'BEAM');
  const left = state.left['made BEAM'] ?? [];
  const isAhead = (sequence: number) => sequence > state.packedThrough;
  return { stream: 'BEAM', numbers, causes: causesOf(numbers, { refused, left, isAhead }) };
}

function causesOf(numbers: Ranges, { refused, left, isAhead }: Reasons): Cause[] {
  if (numbers.length === 0) return [];
  const counts = new Map<string, Cause>();
  const add = (code: string, count: number, detail: string) => {
    if (count > 0) counts.set(code, { code, count: (counts.get(code)?.count ?? 0) + count, detail });
  };
  const known = refused.filter(({ key }) => includes(numbers, key));
  const codes = new Map(known.map(({ key, code }) => [key, code]));
  for (const code of codes.values()) add(code, 1, REFUSED);
  const unexplained = [...codes.keys()].reduce((ranges, key) => without(ranges, [[key, key]]), numbers);
  const rest = without(unexplained, left);
  add('STREAM_HISTORY_LOST', countOf(unexplained) - countOf(rest), 'left the stream before the stage had it');
  let behind = 0;
  for (const [first, last] of rest) for (let one = first; one <= last; one++) if (isAhead(one)) behind++;
  add('behind', behind, 'the stage has not come so far: an actor is away, or slow');
  add('unknown', countOf(rest) - behind, unknown(1).detail);
  return [...counts.values()].toSorted((a, b) => (a.code < b.code ? -1 : 1));
}

export const absent = { at, made, unknown, REFUSED } as const;
