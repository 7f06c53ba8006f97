import { isDeepStrictEqual } from 'node:util';
import { notice } from '../../protocol/messages/notice.ts';
import { type Finding, UNREADABLE } from '../../runtime/verify/compare.ts';
import { comparePages } from '../../runtime/verify/pages.ts';
import { misaccounts } from '../end-to-end/alarms/judge.ts';
import { CHANNEL } from './configuration.ts';
import type { AlarmEvidence, Evidence } from './evidence.ts';
import type { PutIn } from './poison.ts';

/** What must be 0. */
export const COUNTS = [
  'lost',
  'duplicated',
  'disordered',
  'different',
  'alarmsLost',
  'alarmsDoubled',
] as const;
export type Count = (typeof COUNTS)[number];

export interface Wrong {
  readonly count: Count | 'deadLetters';
  /** What and where, for people. */
  readonly what: string;
}

export interface Judgement {
  readonly counts: Readonly<Record<Count, number>>;
  readonly deadLetters: { readonly expected: number; readonly found: number };
  readonly wrong: readonly Wrong[];
}

/** What is wrong in what is left of a campaign. */
export function judge(evidence: Evidence): Judgement {
  const letters = judgeLetters(evidence);
  const wrong = [
    ...judgeFindings(evidence.verification.findings, evidence.poisons),
    ...judgeOrder(evidence.files),
    ...judgeAlarms(evidence.alarms),
    ...letters.wrong,
  ];
  const counted = COUNTS.map(count => [count, wrong.filter(one => one.count === count).length] as const);
  return {
    counts: Object.fromEntries(counted) as Record<Count, number>,
    deadLetters: { expected: letters.expected, found: evidence.letters.length },
    wrong,
  };
}

/** What `spillway verify` found; that poison cannot be read is as it should be. */
function judgeFindings(findings: readonly Finding[], poisons: readonly PutIn[]): Wrong[] {
  const known = poisons.map(({ stream, sequence }) => `${stream} ${sequence}:`);
  return findings
    .filter(
      finding =>
        !(
          finding.kind === 'different' &&
          finding.key === UNREADABLE &&
          known.some(place => finding.where.startsWith(place))
        ),
    )
    .map(finding => {
      const { kind, stage, key } = finding;
      const about = kind === 'lost' ? finding.lastSeen : String(finding.where);
      return { count: kind, what: `${kind} at ${stage}: ${key} (${about})` };
    });
}

/** Records of a file stand in the order in which they were packed. */
function judgeOrder(files: Evidence['files']): Wrong[] {
  return [...files].flatMap(([name, sequences]) =>
    sequences.flatMap((sequence, index) => {
      const before = sequences[index - 1] ?? 0;
      if (sequence > before) return [];
      const what = `${name}: record ${index + 1} is SPILL ${sequence}, behind SPILL ${before}`;
      return [{ count: 'disordered', what } as const];
    }),
  );
}

/**
 * Every transition in exactly one notice, every notice at the receiver, and nothing told that an engine and a dispatcher which were
 * never interrupted would not have told. What came again under the key of an earlier request is one delivery: the receiver
 * drops it, given that it is the same, word for word.
 */
function judgeAlarms({ changes, notices, received, told, expected }: AlarmEvidence): Wrong[] {
  const wrong: Wrong[] = [];
  const tell = (count: Count, what: string) => void wrong.push({ count, what });
  for (const { change, count } of misaccounts({ changes, notices }, CHANNEL)) {
    const name = `${change.alarm} ${change.transition} (${change.to})`;
    tell(count === 0 ? 'alarmsLost' : 'alarmsDoubled', `${name} is in ${count} notices`);
  }
  for (const key of comparePages(changes, notices, received).missing)
    tell('alarmsLost', `notice ${key} never arrived`);
  for (const [key, again] of Map.groupBy(changes, ({ alarm, transition }) => `${alarm} ${transition}`))
    if (again.length > 1) tell('alarmsDoubled', `${key} was told ${again.length} times`);

  const decided = new Set(notices.map(one => encodeURIComponent(notice.identity(one))));
  for (const [key, [first, ...again]] of Map.groupBy(received, one => one.key)) {
    if (!decided.has(key)) tell('alarmsDoubled', `notice ${key} arrived, and nobody had decided it`);
    for (const one of again)
      if (!isDeepStrictEqual(one.payload, first?.payload))
        tell('alarmsDoubled', `notice ${key} came again with other words`);
  }
  const left = new Map<string, number>();
  for (const one of expected) add(left, JSON.stringify(one), 1);
  for (const one of told) add(left, JSON.stringify(one), -1);
  for (const [body, count] of left)
    if (count !== 0)
      tell(
        'different',
        `${count > 0 ? 'should have been told' : 'should not have been told'}: ${body.slice(0, 500)}`,
      );
  return wrong;
}

const add = (counts: Map<string, number>, key: string, by: number): unknown =>
  counts.set(key, (counts.get(key) ?? 0) + by);

/** Each poison is dead-lettered once by every lane that reads its stream, and nothing else is. */
function judgeLetters({ poisons, readers, letters }: Evidence): { expected: number; wrong: Wrong[] } {
  const wanted = new Set(
    poisons.flatMap(({ stream, sequence }) =>
      readers.filter(one => one.stream === stream).map(({ lane }) => `${lane}: ${stream} ${sequence}`),
    ),
  );
  const expected = wanted.size;
  const wrong: Wrong[] = [];
  const tell = (what: string) => void wrong.push({ count: 'deadLetters', what });
  for (const { lane, stream, sequence, code, reason } of letters) {
    const key = `${lane}: ${stream.split('@')[0]} ${sequence}`;
    if (!wanted.delete(key))
      tell(`${key} is a dead letter, and should not be, or not twice: ${code}: ${reason}`);
    else if (reason === '') tell(`${key} is a dead letter without a reason`);
  }
  for (const key of wanted) tell(`${key} is poison and no dead letter`);
  return { expected, wrong };
}
