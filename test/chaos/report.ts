import { quantiles } from '../../runtime/verify/latencies.ts';
import { FAULT_KINDS, type FaultKind } from './fault.ts';
import { COUNTS, type Count, type Judgement, type Wrong } from './judge.ts';
import type { Happened } from './runner.ts';

export interface Facts {
  readonly seed: number;
  readonly nodes: 1 | 3;
  /** In-spill records that were stored, camera events that were listed, alarm transitions. */
  readonly spills: number;
  readonly events: number;
  readonly alarms: number;
  readonly notices: number;
  /** Requests at the webhook that came again under the key of an earlier one. */
  readonly repeated: number;
  readonly happened: readonly Happened[];
  readonly judgement: Judgement;
  /** What was still on its way when the time to settle was over, and why a run came to a halt. */
  readonly unsettled: readonly string[];
  readonly slowBy: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly seconds: number;
}

interface Seconds {
  readonly p50: number;
  readonly p99: number;
}

type OfKind = { readonly count: number } & Readonly<Record<Count, number>>;

export interface Report extends Record<Count, number>, Omit<Facts, 'happened' | 'judgement'> {
  readonly faults: Readonly<Partial<Record<FaultKind, number>>>;
  readonly deadLetters: Judgement['deadLetters'];
  /** What went wrong while a fault of the kind was there, or came last: one finding may count for several. */
  readonly byFaultKind: Readonly<Partial<Record<FaultKind, OfKind>>>;
  /** From the end of a fault until everybody it touched was well again. */
  readonly recoverySeconds: Readonly<Partial<Record<FaultKind | 'all', Seconds>>>;
  /** Faults after which somebody was not well again within two minutes. */
  readonly notRecovered: number;
  readonly skipped: readonly { readonly kind: FaultKind; readonly reason: string }[];
  readonly wrong: readonly Wrong[];
}

export function reportOf({ happened, judgement, ...facts }: Facts): Report {
  const done = happened.filter(({ skipped }) => skipped === undefined);
  const ofKind = Object.entries(Object.groupBy(done, ({ fault }) => fault.kind)) as [FaultKind, Happened[]][];
  const each = <T>(value: (of: readonly Happened[]) => T) =>
    Object.fromEntries(ofKind.map(([kind, of]) => [kind, value(of)])) as Partial<Record<FaultKind, T>>;
  const skipped = happened.flatMap(({ fault: { kind }, skipped: reason }) =>
    reason === undefined ? [] : [{ kind, reason }],
  );
  return {
    ...facts,
    faults: each(of => of.length),
    ...judgement.counts,
    deadLetters: judgement.deadLetters,
    byFaultKind: each(of => ({ count: of.length, ...countsDuring(of, done, judgement.wrong) })),
    recoverySeconds: { all: recovery(done), ...each(recovery) },
    notRecovered: done.filter(({ recoveryMs }) => recoveryMs === undefined).length,
    skipped: FAULT_KINDS.flatMap(kind => skipped.find(one => one.kind === kind) ?? []),
    // The first tell what went wrong.
    wrong: judgement.wrong.slice(0, 1000),
  };
}

function recovery(happened: readonly Happened[]): Seconds {
  const { p50, p99 } = quantiles(happened.flatMap(({ recoveryMs }) => recoveryMs ?? []));
  return { p50: tenths(p50 / 1000), p99: tenths(p99 / 1000) };
}

const tenths = (value: number): number => Math.round(value * 10) / 10;

/** When the thing happened that a finding is about, where it tells: a trigger time, as ISO 8601. */
export function timeOf({ what }: Wrong): number | undefined {
  const [text] = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}/.exec(what) ?? [];
  return text === undefined ? undefined : Date.parse(`${text}Z`);
}

function countsDuring(
  of: readonly Happened[],
  all: readonly Happened[],
  wrong: readonly Wrong[],
): Record<Count, number> {
  const blames = (one: Wrong) => {
    const at = timeOf(one);
    if (at === undefined) return false;
    const last = all.findLast(({ beganAt }) => beganAt <= at);
    return of.some(
      fault => fault === last || (fault.beganAt <= at && fault.endedAt + (fault.recoveryMs ?? 0) >= at),
    );
  };
  const counts = COUNTS.map(count => [count, wrong.filter(one => one.count === count && blames(one)).length]);
  return Object.fromEntries(counts) as Record<Count, number>;
}

/** Whether everything was kept, once and in order. */
export const isClean = (report: Report): boolean =>
  COUNTS.every(count => report[count] === 0) && report.wrong.length === 0 && report.unsettled.length === 0;

/** Columns of the table in `docs/reliability.md`. */
export const HEADINGS =
  '| date | seed | nodes | spills | events | alarms | faults | lost | double | out of order | different | alarms lost | alarms double | dead letters | well again p50 / p99 | took |';

/** A row of it. */
export function rowOf(report: Report, date: Date): string {
  const { all = { p50: 0, p99: 0 } } = report.recoverySeconds;
  const { expected, found } = report.deadLetters;
  const faults = Object.values(report.faults).reduce((sum, count) => sum + count, 0);
  const cells = [
    date.toISOString().slice(0, 10),
    report.seed,
    report.nodes,
    report.spills.toLocaleString('en'),
    report.events.toLocaleString('en'),
    report.alarms.toLocaleString('en'),
    faults,
    ...COUNTS.map(count => report[count]),
    `${found} of ${expected}`,
    `${all.p50} s / ${all.p99} s`,
    `${Math.round(report.seconds)} s`,
  ];
  return `| ${cells.join(' | ')} |`;
}
