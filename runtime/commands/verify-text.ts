import { type Finding, STAGES } from '../verify/compare.ts';
import type { EventVerification } from '../verify/events/verify-events.ts';
import type { FileVerification } from '../verify/file/file-verification.ts';
import type { Books } from '../verify/known.ts';
import type { Verification } from '../verify/verify.ts';

/** More findings are counted, not named. */
const NAMED = 50;

/** For people: a table of counts, then what is wrong, then one line that says it all. */
export function asText(result: Verification): string {
  const asked = STAGES.filter(stage => result.spills[stage] !== undefined);
  const row = (name: string, counts: Verification['spills']) =>
    [name.padEnd(14), ...asked.map(stage => String(counts[stage] ?? 0).padStart(10))].join('');
  return [
    ['records'.padEnd(14), ...asked.map(stage => stage.padStart(10))].join(''),
    row('in spill', result.spills),
    row('out of spill', result.outOfSpill),
    `${result.readings} readings, ${result.values} values in the store; ${result.deadLetters} dead letters`,
    ...(result.events ? eventLines(result.events) : []),
    ...verdict(result.findings),
    '',
  ].join('\n');
}

export const runAsText = (run: number, events: EventVerification): string =>
  [`run ${run}`, ...eventLines(events), ...verdict(events.findings), ''].join('\n');

export function fileAsText({ file, span, counts, findings }: FileVerification): string {
  const told = Object.entries(counts).map(([stage, count]) => `${stage} ${count}`);
  const times = span
    ? `, ${new Date(span.fromMs).toISOString()} to ${new Date(span.toMs).toISOString()}`
    : '';
  return [`${file}${times}`, told.join(', '), ...verdict(findings), ''].join('\n');
}

/** What the auditor knows of it already. */
export const booksAsText = ({ lines, known }: Books): string =>
  [
    ...lines.map(
      ({ line, accounts, complete, expected, received }) =>
        `accounts of ${line}: ${complete} of ${accounts} complete, ${received} of ${expected ?? 'an unknown number'} received`,
    ),
    ...known
      .slice(0, NAMED)
      .map(
        ({ discrepancy, count, state, causes, places }) =>
          `known: ${discrepancy}: ${count}${places === '' ? '' : ` (${places})`}, ${state}: ${causes
            .map(([code, number, detail]) => `${number} ${code}, ${detail}`)
            .join('; ')}`,
      ),
    ...(known.length > NAMED ? [`and ${known.length - NAMED} more that are known`] : []),
  ]
    .map(line => `${line}\n`)
    .join('');

const verdict = (findings: readonly Finding[]): string[] => [
  ...findings.slice(0, NAMED).map(finding => {
    const { kind, stage, key } = finding;
    return `${kind} at ${stage}: ${key} (${placeOf(finding)})`;
  }),
  ...(findings.length > NAMED ? [`and ${findings.length - NAMED} more`] : []),
  findings.length === 0 ? 'all there, once and alike' : `${findings.length} findings`,
];

const eventLines = ({ counts, runs, pedestalEvents, sampledOut, missingSerials }: EventVerification) => [
  `camera events: ${Object.entries(counts)
    .map(([stage, count]) => `${stage} ${count}`)
    .join(', ')}`,
  `of them ${pedestalEvents} of pedestal runs, ${sampledOut} sampled out; ${missingSerials} serials missing; ${runs} data runs ended`,
];

function placeOf(finding: Finding): string {
  if (finding.kind === 'lost') return `last seen as ${finding.lastSeen}`;
  if (finding.kind !== 'duplicated') return finding.where;
  const { where, expected } = finding;
  return `${where.length}, should be ${expected}: ${where.join(', ')}`;
}
