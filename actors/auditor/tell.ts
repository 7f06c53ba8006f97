import { account } from '../../protocol/messages/account.ts';
import { type Discrepancy, discrepancy } from '../../protocol/messages/discrepancy.ts';
import { eventTimeFromMs, type Milliseconds } from '../../protocol/time.ts';
import type { Outgoing } from '../../runtime/actor.ts';
import type { Gap, Judgement } from './judge.ts';
import type { Books, Told } from './state.ts';

/** What is told of an account, and its books after that. Nothing where nothing has changed. */
export function tell(
  books: Books,
  { counts, gaps }: Judgement,
  now: Milliseconds,
): { readonly books: Books; readonly outputs: readonly Outgoing[] } {
  const outputs: Outgoing[] = [];
  let { version } = books;
  if (JSON.stringify(books.counts) !== JSON.stringify(counts)) {
    version++;
    outputs.push({
      type: account,
      body: {
        ...common(books, now),
        version,
        complete: gaps.length === 0,
        expectation: books.expectation,
        counts,
      },
    });
  }
  const discrepancies = { ...books.discrepancies };
  for (const [key, told] of changes(books, withLate(gaps, counts.late), now)) {
    discrepancies[key] = told;
    const [stage, kind] = key.split('/') as [Discrepancy['stage'], Discrepancy['kind']];
    const { since, ...rest } = told;
    outputs.push({
      type: discrepancy,
      body: {
        discrepancy: `${books.id}/${key}`,
        ...common(books, now),
        ...rest,
        stage,
        kind,
        since: eventTimeFromMs(since),
      },
    });
  }
  return { books: { ...books, version, counts, discrepancies }, outputs };
}

const common = ({ id, of, from, to, opened }: Books, now: Milliseconds) => ({
  account: id,
  of,
  from: eventTimeFromMs(from),
  to: eventTimeFromMs(Math.max(from, to)),
  opened: eventTimeFromMs(opened),
  at: eventTimeFromMs(now),
});

/** What came late is there: it is told, and closed at once. */
const withLate = (gaps: readonly Gap[], late: number): readonly Gap[] =>
  late === 0
    ? gaps
    : [
        ...gaps,
        {
          stage: 'received',
          kind: 'late',
          count: late,
          causes: [{ code: 'late', count: late, detail: 'it came after its account was told' }],
          where: '',
        },
      ];

const CLOSED = { state: 'closed', count: 0 } as const;

/** Discrepancies that are not as they were told, as they are now. */
function changes(books: Books, gaps: readonly Gap[], now: Milliseconds): [key: string, told: Told][] {
  const current = new Map(gaps.map(gap => [`${gap.stage}/${gap.kind}`, gap]));
  return [...new Set([...current.keys(), ...Object.keys(books.discrepancies)])].toSorted().flatMap(key => {
    const before = books.discrepancies[key];
    const gap = current.get(key);
    if (!gap && (!before || before.state === 'closed')) return [];
    const next: Omit<Told, 'version'> = gap
      ? {
          state: stateOf(gap),
          count: gap.count,
          causes: [...gap.causes],
          where: gap.where,
          since: before?.since ?? now,
        }
      : { ...CLOSED, causes: before?.causes ?? [], where: before?.where ?? '', since: before?.since ?? now };
    const told = { ...next, version: (before?.version ?? 0) + 1 };
    return before && isSame(before, told) ? [] : [[key, told] as [string, Told]];
  });
}

const stateOf = ({ kind, causes }: Gap): Told['state'] =>
  kind === 'late' ? 'closed' : causes.some(({ code }) => code === 'unknown') ? 'open' : 'explained';

const isSame = (one: Told, other: Told): boolean =>
  one.state === other.state &&
  one.count === other.count &&
  one.where === other.where &&
  JSON.stringify(one.causes) === JSON.stringify(other.causes);
