import { type EventTime, formatEventTime } from '../../protocol/time.ts';

/** How far a record can come, in order. `triggered` is the front end's own word, where it keeps one. */
export const STAGES = ['triggered', 'accepted', 'packed', 'filed', 'stored'] as const;
export type Stage = (typeof STAGES)[number];

/** A record as one stage has it. */
export interface Seen {
  /** Trigger, in/out and trigger time: the same at every stage. */
  readonly key: string;
  /** `contentDigest` of its devices and values. */
  readonly digest: string;
  readonly inOut: 'in' | 'out';
  /** Where to look for it: a sequence, a file and offset. */
  readonly where: string;
}

/** What each stage has; a stage that was not asked is left out. */
export type Sightings = Partial<Record<Stage, readonly Seen[]>>;

export type Finding =
  | { readonly kind: 'lost'; readonly stage: Stage; readonly key: string; readonly lastSeen: string }
  | {
      readonly kind: 'duplicated';
      readonly stage: Stage;
      readonly key: string;
      readonly where: readonly string[];
      /** How many there should be: as many as at the stage before, where there is one. */
      readonly expected: number;
    }
  | { readonly kind: 'different'; readonly stage: Stage; readonly key: string; readonly where: string };

/** Key of a finding about bytes that are no record any more. */
export const UNREADABLE = 'unreadable';

export interface Comparison {
  /** In-spill records at each stage; a record that a stage has twice counts twice. */
  readonly spills: Partial<Record<Stage, number>>;
  /** Out-of-spill records likewise. */
  readonly outOfSpill: Partial<Record<Stage, number>>;
  readonly findings: readonly Finding[];
}

/**
 * Compares each stage with the one it is fed from. A record that a stage has and the next has not is lost there; one that a
 * stage has more often than the one before is duplicated; one whose content changed on the way is different. Each is told
 * at the first stage where it shows. Files and store are both fed from `packed`: neither answers for the other.
 */
export function compare(sightings: Sightings): Comparison {
  const asked = STAGES.flatMap(stage => {
    const seen = sightings[stage];
    return seen ? [{ stage, seen, byKey: Map.groupBy(seen, ({ key }) => key) }] : [];
  });
  const findings: Finding[] = [];
  for (const [index, { stage, byKey }] of asked.entries()) {
    const before = asked.slice(0, index).findLast(other => stage !== 'stored' || other.stage !== 'filed');
    for (const [key, seen] of byKey) {
      const expected = before ? (before.byKey.get(key)?.length ?? 0) : distinct(seen);
      if (seen.length > expected) {
        findings.push({ kind: 'duplicated', stage, key, where: seen.map(({ where }) => where), expected });
      }
    }
    for (const [key, earlier] of before?.byKey ?? []) {
      const seen = byKey.get(key) ?? [];
      if (seen.length < earlier.length) {
        const lastSeen = `${before?.stage}: ${earlier.map(({ where }) => where).join(', ')}`;
        findings.push({ kind: 'lost', stage, key, lastSeen });
      }
      for (const { where } of changed(earlier, seen)) findings.push({ kind: 'different', stage, key, where });
    }
  }
  const count = (inOut: 'in' | 'out') =>
    Object.fromEntries(
      asked.map(({ stage, seen }) => [stage, seen.filter(one => one.inOut === inOut).length]),
    );
  return { spills: count('in'), outOfSpill: count('out'), findings };
}

/** At the first stage nothing comes before: the same content at the same trigger is one fact told twice. */
const distinct = (seen: readonly Seen[]): number => new Set(seen.map(({ digest }) => digest)).size;

/** Those whose content is not of the stage before. Where neither is lost nor double, each content counts once. */
function changed(earlier: readonly Seen[], seen: readonly Seen[]): readonly Seen[] {
  const known = earlier.map(({ digest }) => digest);
  if (seen.length !== earlier.length) return seen.filter(({ digest }) => !known.includes(digest));
  return seen.filter(({ digest }) => {
    const at = known.indexOf(digest);
    if (at >= 0) known.splice(at, 1);
    return at < 0;
  });
}

/** Trigger key of a record, for example `A9 in 2005-05-20T19:44:02.023000000Z`. */
export const triggerKey = (trigger: string, inOut: string, time: EventTime): string =>
  `${trigger} ${inOut} ${formatEventTime(time)}`;
