import { type EventTime, formatEventTime } from '../../protocol/time.ts';

/** How far a record can come, in order. `triggered` is the front end's own word, where it keeps one. */
export const STAGES = ['triggered', 'accepted', 'packed', 'filed', 'stored'] as const;
export type SpillStage = (typeof STAGES)[number];

/** The same for events of cameras; `written` is the front end's own word. Rows of `listed` are made of `taken`. */
export const EVENT_STAGES = [
  'written',
  'taken',
  'listed',
  'reconstructed',
  'recorded',
  'summarised',
] as const;
export type Stage = SpillStage | (typeof EVENT_STAGES)[number];

/** A fact as one stage has it. */
export interface Sighting {
  /** The same at every stage. */
  readonly key: string;
  /** Of what must be the same at every stage. */
  readonly digest: string;
  /** Where to look for it: a sequence, a file and offset. */
  readonly where: string;
}

/** A record: its key is trigger, in/out and trigger time, its digest the `contentDigest` of its devices and values. */
export interface Seen extends Sighting {
  readonly inOut: 'in' | 'out';
}

/** What each stage has; a stage that was not asked is left out. */
export type Sightings = Partial<Record<SpillStage, readonly Seen[]>>;

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
  /** `disordered`: behind something that came later at its source. */
  | {
      readonly kind: 'different' | 'disordered';
      readonly stage: Stage;
      readonly key: string;
      readonly where: string;
    };

/** Key of a finding about bytes that are no record any more. */
export const UNREADABLE = 'unreadable';

export interface Comparison {
  /** In-spill records at each stage; a record that a stage has twice counts twice. */
  readonly spills: Partial<Record<SpillStage, number>>;
  /** Out-of-spill records likewise. */
  readonly outOfSpill: Partial<Record<SpillStage, number>>;
  readonly findings: readonly Finding[];
}

/** Compares each stage with the one it is fed from. Files and store are both fed from `packed`: neither answers for the other. */
export function compare(sightings: Sightings): Comparison {
  const asked = STAGES.flatMap(stage => {
    const seen = sightings[stage];
    return seen ? [{ stage, seen }] : [];
  });
  const findings = asked.flatMap((one, index) =>
    findingsAt(
      one,
      asked.slice(0, index).findLast(other => one.stage !== 'stored' || other.stage !== 'filed'),
    ),
  );
  const count = (inOut: 'in' | 'out') =>
    Object.fromEntries(
      asked.map(({ stage, seen }) => [stage, seen.filter(one => one.inOut === inOut).length]),
    );
  return { spills: count('in'), outOfSpill: count('out'), findings };
}

export interface StageSightings {
  readonly stage: Stage;
  readonly seen: readonly Sighting[];
}

/**
 * What is wrong at a stage, seen from the one it is fed from. What that one has and this one has not is lost here; what this one has more
 * often is duplicated; what changed on the way is different. Each is told at the first stage where it shows.
 */
export function findingsAt({ stage, seen: all }: StageSightings, before?: StageSightings): Finding[] {
  const findings: Finding[] = [];
  const byKey = Map.groupBy(all, ({ key }) => key);
  const earlierByKey = Map.groupBy(before?.seen ?? [], ({ key }) => key);
  for (const [key, seen] of byKey) {
    const expected = before ? (earlierByKey.get(key)?.length ?? 0) : distinct(seen);
    if (seen.length > expected) {
      findings.push({ kind: 'duplicated', stage, key, where: seen.map(({ where }) => where), expected });
    }
  }
  for (const [key, earlier] of earlierByKey) {
    const seen = byKey.get(key) ?? [];
    if (seen.length < earlier.length) {
      const lastSeen = `${before?.stage}: ${earlier.map(({ where }) => where).join(', ')}`;
      findings.push({ kind: 'lost', stage, key, lastSeen });
    }
    for (const { where } of changed(earlier, seen)) findings.push({ kind: 'different', stage, key, where });
  }
  return findings;
}

/** At the first stage nothing comes before: the same content at the same trigger is one fact told twice. */
const distinct = (seen: readonly Sighting[]): number => new Set(seen.map(({ digest }) => digest)).size;

/** Those whose content is not of the stage before. Where neither is lost nor double, each content counts once. */
function changed(earlier: readonly Sighting[], seen: readonly Sighting[]): readonly Sighting[] {
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
