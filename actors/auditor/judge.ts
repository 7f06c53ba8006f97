import type { Counts } from '../../protocol/messages/account.ts';
import type { AuditStage, Cause, Discrepancy } from '../../protocol/messages/discrepancy.ts';
import { countOf, formatRanges } from '../../protocol/ranges.ts';
import { absent, type Lack } from './absent.ts';
import type { AuditorConfig } from './config.ts';
import type { AuditState, Books, Past } from './state.ts';

/** What is not as it should be at a stage. */
export interface Gap {
  readonly stage: AuditStage;
  readonly kind: Discrepancy['kind'];
  readonly count: number;
  readonly causes: readonly Cause[];
  readonly where: string;
}

export interface Judgement {
  readonly counts: Counts;
  readonly gaps: readonly Gap[];
  /** What of `received` and so on is at every stage; added to what has passed already. */
  readonly live: Past;
}

/** Stretches that a discrepancy names. */
const NAMED = 20;

/** How an account stands, and what it lacks. Depends on what has come, never on the order in which it came. */
export function judge(config: AuditorConfig, state: AuditState, books: Books): Judgement {
  const { of } = books;
  const stages: readonly string[] = of.kind === 'beam' ? config.beam.stages : config.runs.stages;
  const isMade =
    of.kind !== 'file' &&
    stages.includes('made') &&
    (of.kind === 'beam' || (config.runs.reconstructed.includes(of.equipment) && !books.pedestal));
  const [input, output] = of.kind === 'beam' ? (['BEAM', 'SPILL'] as const) : (['EVENT', 'RECO'] as const);
  const inputs = of.kind === 'beam' ? books.received : books.inputs;
  const at = (stage: AuditStage, has: boolean, lack: () => Lack) => (has ? { stage, ...lack() } : undefined);
  const made = at('made', isMade, () => absent.made(state, books));
  const filed = at(
    'filed',
    of.kind === 'file' || (of.kind === 'beam' && isMade && stages.includes('filed')),
    () => absent.at(state, 'filed', 'SPILL', 'filed SPILL', books.outputs),
  );
  const listed = at('listed', of.kind !== 'file' && stages.includes('listed'), () =>
    absent.at(state, 'listed', input, `stored ${input}`, inputs),
  );
  const stored = at('stored', isMade && stages.includes('stored'), () =>
    absent.at(state, 'stored', output, `stored ${output}`, books.outputs),
  );
  const lacks = [made, of.kind === 'file' ? undefined : filed, listed, stored].filter(
    one => one !== undefined,
  );
  const outputs = countOf(books.outputs);
  const live: Past = {
    received: of.kind === 'file' ? outputs - countOf(filed?.numbers ?? []) : countOf(books.received),
    made: made ? countOf(books.made) : 0,
    filed: filed ? outputs - countOf(filed.numbers) : 0,
    listed: listed ? countOf(inputs) - countOf(listed.numbers) : 0,
    stored: stored ? outputs - countOf(stored.numbers) : 0,
  };
  const { past } = books;
  const received = past.received + live.received;
  const missing = Object.values(books.missing).reduce((sum, numbers) => sum + countOf(numbers), 0);
  const isSummarised = isMade && of.kind === 'run' && books.ended !== null && stages.includes('summarised');
  const counts: Counts = {
    expected: expectedOf(books, received, missing),
    received,
    made: made ? past.made + live.made : null,
    filed: of.kind === 'file' ? books.declared : filed ? past.filed + live.filed : null,
    listed: listed ? past.listed + live.listed : null,
    stored: stored ? past.stored + live.stored : null,
    summarised: isSummarised ? (books.summarised ?? 0) : null,
    late: books.late,
    duplicates: books.duplicates,
    refused: refusedOf(lacks),
  };
  const gaps = [
    ...notReceived(books, counts, missing),
    ...lacks.flatMap(({ stage, numbers, causes, stream }): Gap[] =>
      numbers.length === 0
        ? []
        : [
            {
              stage,
              kind: 'gap',
              count: countOf(numbers),
              causes,
              where: `${stream} ${formatRanges(numbers, NAMED)}`,
            },
          ],
    ),
    ...twice(books),
    ...notAsCounted(books, counts),
  ];
  return { counts, gaps, live };
}

function expectedOf({ of, declared, expectation }: Books, received: number, missing: number): number | null {
  if (of.kind === 'file') return received;
  if (declared !== null) return Math.max(declared, received + missing);
  // Of a run that goes on, or never ended, nobody knows how long it is.
  return expectation === 'none' || of.kind === 'run' ? null : received + missing;
}

function refusedOf(lacks: readonly Lack[]): Record<string, number> {
  const refused: Record<string, number> = {};
  for (const { causes } of lacks)
    for (const { code, count, detail } of causes)
      if (detail === absent.REFUSED) refused[code] = (refused[code] ?? 0) + count;
  return refused;
}

/** What the source has counted and nobody has. */
function notReceived(books: Books, { expected, received }: Counts, missing: number): Gap[] {
  if (books.of.kind === 'file') return [];
  const total = expected === null ? missing : expected - received;
  if (total <= 0) return [];
  const isRun = books.of.kind === 'run';
  const told: Cause[] =
    missing === 0
      ? []
      : [
          isRun
            ? { code: 'left-out', count: missing, detail: 'serials that the front end left out' }
            : {
                code: 'given-up',
                count: missing,
                detail: 'numbered by the front end, and nobody accepted it',
              },
        ];
  const unknown = total - missing;
  const causes = [...told, ...(unknown > 0 ? [absent.unknown(unknown)] : [])];
  const where = Object.entries(books.missing)
    .filter(([, numbers]) => numbers.length > 0)
    .map(([name, numbers]) => `${name} ${formatRanges(numbers, NAMED)}`)
    .join('; ');
  return [{ stage: 'received', kind: 'gap', count: total, causes, where }];
}

const twice = ({ twice: keys }: Books): Gap[] =>
  keys.length === 0
    ? []
    : [
        {
          stage: 'made',
          kind: 'duplicate',
          count: countOf(keys),
          causes: [absent.unknown(countOf(keys))],
          where: formatRanges(keys, NAMED),
        },
      ];

/** A file, or a summary, counts for itself. */
function notAsCounted({ of }: Books, { expected, made, filed, summarised }: Counts): Gap[] {
  const [stage, wanted, own] =
    of.kind === 'file' ? (['filed', expected, filed] as const) : (['summarised', made, summarised] as const);
  if (wanted === null || own === null || wanted === own) return [];
  const count = Math.abs(wanted - own);
  return [
    {
      stage,
      kind: own > wanted ? 'duplicate' : 'gap',
      count,
      causes: [absent.unknown(count)],
      where: `${own}, should be ${wanted}`,
    },
  ];
}

/** Whether all that came is at every stage: what never came can still be missing. */
export const isPassed = ({ gaps }: Judgement): boolean => gaps.every(({ stage }) => stage === 'received');
