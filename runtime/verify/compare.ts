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
    }
  | { readonly kind: 'different'; readonly stage: Stage; readonly key: string; readonly where: string };

export interface Comparison {
  /** In-spill records at each stage; a record that a stage has twice counts twice. */
  readonly spills: Partial<Record<Stage, number>>;
  /** Out-of-spill records likewise. */
  readonly outOfSpill: Partial<Record<Stage, number>>;
  readonly findings: readonly Finding[];
}

/**
 * Compares neighbouring stages. A record that a stage has and the next has not is lost there; one that a stage has
 * more often than the one before is duplicated; one whose content changed on the way is different. Each is told at the first
 * stage where it shows.
 */
export function compare(sightings: Sightings): Comparison {
  const asked = STAGES.flatMap(stage => {
    const seen = sightings[stage];
    return seen ? [{ stage, seen, byKey: Map.groupBy(seen, ({ key }) => key) }] : [];
  });
  const findings: Finding[] = [];
  for (const [index, here] of asked.entries()) {
    const before = asked[index - 1];
    for (const [key, seen] of here.byKey) {
      const expected = before?.byKey.get(key)?.length ?? (before ? 0 : distinct(seen));
      if (seen.length > expected) {
        findings.push({ kind: 'duplicated', stage: here.stage, key, where: seen.map(({ where }) => where) });
      }
    }
    for (const [key, earlier] of before?.byKey ?? []) {
      const seen = here.byKey.get(key) ?? [];
      if (seen.length < earlier.length) {
        const lastSeen = `${before?.stage}: ${earlier.map(({ where }) => where).join(', ')}`;
        findings.push({ kind: 'lost', stage: here.stage, key, lastSeen });
      }
      const digests = new Set(earlier.map(({ digest }) => digest));
      for (const { digest, where } of seen) {
        if (!digests.has(digest)) findings.push({ kind: 'different', stage: here.stage, key, where });
      }
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

/** Trigger key of a record. */
export const triggerKey = (
  trigger: string,
  inOut: string,
  time: { readonly seconds: number; readonly nanoseconds: number },
): string => `${trigger} ${inOut} ${time.seconds}.${String(time.nanoseconds).padStart(9, '0')}`;
