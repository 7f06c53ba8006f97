import { AlarmState } from '../../../protocol/alarm/alarm-state.ts';
import { AlarmStatus, compareSeverity, Severity, worse } from '../../../protocol/alarm/severity.ts';
import { eventTimeToMs, type Milliseconds } from '../../../protocol/time.ts';
import type { Assessment, Rule } from '../rules/rule.ts';
import {
  type Alarm,
  conditionOf,
  FINE,
  isMeaningful,
  stateBeneath,
  UNTOUCHED,
  type Verdict,
} from './alarm.ts';
import { countedSeverity, withLastJudgedAgain, withSample } from './count.ts';
import { dueAt, judge, pass } from './delay.ts';

/** What of a rule decides how its alarm lives. */
export type Manner = Pick<Rule, 'onDelayMs' | 'offDelayMs' | 'count' | 'latch' | 'acknowledge'>;

/** What is new about an alarm. */
export interface News {
  readonly now: Milliseconds;
  /** What the rule says now. */
  readonly assessment: Assessment;
  /** Whether its inputs have come anew: then this is one of the evaluations that are counted. */
  readonly sample: boolean;
  /** Parent alarm, mode or enabling condition for which it has no meaning now. */
  readonly suppressedBy: string | undefined;
}

/** Lets time pass, and nothing else: the end of shelving, of delays. */
export function elapse(alarm: Alarm, manner: Manner, now: Milliseconds): Alarm {
  let next = alarm;
  if (next.shelved && eventTimeToMs(next.shelved.until) <= now) next = without(next, 'shelved');
  if (next.waiting === undefined) return next;
  const { announced, waiting } = pass(
    { announced: conditionOf(next).severity, waiting: next.waiting },
    manner,
    now,
  );
  const verdict = { severity: announced, status: (next.judged ?? FINE).status };
  const told = announce(assign(next, { waiting }), manner, named(next, verdict, announced), now);
  return settle(told, manner);
}

/** When time alone will change it; undefined when only something new will. */
export function deadlineOf(alarm: Alarm, manner: Manner): Milliseconds | undefined {
  const shelvedUntil = alarm.shelved && eventTimeToMs(alarm.shelved.until);
  const due = dueAt({ announced: conditionOf(alarm).severity, waiting: alarm.waiting }, manner);
  if (shelvedUntil === undefined || due === undefined) return shelvedUntil ?? due;
  return Math.min(shelvedUntil, due);
}

/** Takes what is new. Time must have passed before (`elapse`), so that what was due is not lost to what came after it. */
export function advance(alarm: Alarm, manner: Manner, news: News): Alarm {
  const { assessment, suppressedBy, now } = news;
  if (alarm === UNTOUCHED && suppressedBy === undefined && tellsNothing(assessment)) return alarm;
  const next = assign(alarm, { suppressedBy });
  const placed = assign(next, { expectedSince: assessment.expectedSince });
  if (assessment.waiting) return settle(placed, manner);
  const { severity, status } = assessment;
  const judged = severity === Severity.noAlarm ? undefined : { severity, status };
  const judgedAnew = sameVerdict(placed.judged, judged) ? placed : assign(placed, { judged });
  return isMeaningful(next)
    ? settle(weigh(judgedAnew, manner, news), manner)
    : settle(fade(judgedAnew, manner, now), manner);
}

/** Of nearly every alarm nearly always. */
const tellsNothing = ({ severity, waiting, expectedSince }: Assessment): boolean =>
  (severity === Severity.noAlarm || waiting) && expectedSince === undefined;

/** Counts and delays a judgement, and announces what comes through. */
function weigh(alarm: Alarm, manner: Manner, { assessment, sample, now }: News): Alarm {
  const { samples, severity } = count(alarm, manner, assessment, sample);
  const before = { announced: conditionOf(alarm).severity, waiting: alarm.waiting };
  const { announced, waiting } = judge(before, severity, manner, now);
  const verdict = { severity, status: assessment.status };
  return announce(assign(alarm, { samples, waiting }), manner, named(alarm, verdict, announced), now);
}

/**
 * While it has no meaning, an alarm can go but not come: nothing is counted, no delay runs, and what is over is over at
 * once. So when its meaning returns it starts from what is so then, and not from what was so when it did not matter.
 */
function fade(alarm: Alarm, manner: Manner, now: Milliseconds): Alarm {
  const quiet = assign(alarm, { samples: undefined, waiting: undefined });
  return alarm.judged === undefined ? announce(quiet, manner, FINE, now) : quiet;
}

/** Statuses that say that nothing has come: found by looking, they are no evaluation of a spill to be counted. */
const NOTHING_CAME: ReadonlySet<AlarmStatus> = new Set([AlarmStatus.timeout, AlarmStatus.undefined]);

function count(
  { samples: before = [] }: Alarm,
  { count: { bad, of } }: Manner,
  { severity, status }: Assessment,
  sample: boolean,
): { samples: Severity[] | undefined; severity: Severity } {
  if (of === 1) return { samples: undefined, severity };
  if (!sample && NOTHING_CAME.has(status)) return { samples: trimToUndefined(before), severity };
  const samples = sample ? withSample(before, severity, of) : withLastJudgedAgain(before, severity);
  return { samples, severity: countedSeverity(samples ?? [], bad) };
}

const trimToUndefined = (samples: readonly Severity[]): Severity[] | undefined =>
  samples.length === 0 ? undefined : [...samples];

/** What to announce at a severity: with the status it comes with, or the one it had where it comes with none of its own. */
function named(alarm: Alarm, latest: Verdict, announced: Severity): Verdict {
  if (announced === Severity.noAlarm) return FINE;
  const before = conditionOf(alarm);
  const own = latest.severity === announced && latest.status !== AlarmStatus.noAlarm;
  const fresh = before.severity !== announced && latest.status !== AlarmStatus.noAlarm;
  return { severity: announced, status: own || fresh ? latest.status : before.status };
}

/** Changes the condition that people are told of. */
function announce(alarm: Alarm, manner: Manner, to: Verdict, now: Milliseconds): Alarm {
  const was = conditionOf(alarm);
  if (sameVerdict(was, to)) return alarm;
  if (to.severity === Severity.noAlarm) return comeBack(alarm, manner, now);
  const raised = was.severity === Severity.noAlarm;
  const next = assign(alarm, { condition: to, peak: worse(alarm.peak ?? to.severity, to.severity) });
  if (raised) return assign(next, { raisedAt: now, acknowledged: undefined, returned: undefined });
  return isNews(was.severity, to.severity) ? without(next, 'acknowledged') : next;
}

/**
 * Whether a severity is one that an acknowledgement of another does not cover: a worse one, or a real one after INVALID,
 * which only said that nobody could tell.
 */
const isNews = (was: Severity, is: Severity): boolean =>
  compareSeverity(is, was) > 0 || (was === Severity.invalid && is !== Severity.invalid);

function comeBack(alarm: Alarm, manner: Manner, now: Milliseconds): Alarm {
  const unseen = alarm.acknowledged === undefined && alarm.shelved === undefined && isMeaningful(alarm);
  return assign(alarm, {
    condition: undefined,
    returnedAt: now,
    returned: manner.acknowledge && unseen && alarm.latched === undefined ? true : undefined,
    shelved: alarm.shelved?.oneShot ? undefined : alarm.shelved,
  });
}

/** Latches what has been announced, and forgets what belonged to an incident that is over. */
export function settle(alarm: Alarm, manner: Pick<Manner, 'latch'>): Alarm {
  const latches = manner.latch && alarm.condition !== undefined && isMeaningful(alarm);
  const next = latches && !alarm.latched ? assign(alarm, { latched: true }) : alarm;
  if (next.fault !== undefined || stateBeneath(next) !== AlarmState.normal) return next;
  if (next.acknowledged ?? next.peak ?? next.owner)
    return assign(next, { acknowledged: undefined, peak: undefined, owner: undefined });
  return next;
}

/** The rule is at fault: its alarm is out of service until the rules change. */
export const switchOff = (alarm: Alarm, fault: string): Alarm =>
  assign(alarm, {
    fault,
    judged: undefined,
    samples: undefined,
    waiting: undefined,
    condition: { severity: Severity.invalid, status: AlarmStatus.disable },
  });

/** The rule has changed: what was held against the old one is no longer held, what people have said stays. */
export function underNewRule(alarm: Alarm): Alarm {
  const fresh = assign(alarm, {
    judged: undefined,
    samples: undefined,
    waiting: undefined,
    fault: undefined,
  });
  return fresh.condition?.status === AlarmStatus.disable ? without(fresh, 'condition') : fresh;
}

const sameVerdict = (a: Verdict | undefined, b: Verdict | undefined): boolean =>
  a?.severity === b?.severity && a?.status === b?.status;

type Fields = { readonly [Key in keyof Alarm]?: Alarm[Key] | undefined };

/** A copy with some fields changed; `undefined` takes a field out. The alarm itself when nothing differs. */
export function assign(alarm: Alarm, fields: Fields): Alarm {
  let changed: { [key: string]: unknown } | undefined;
  for (const key in fields) {
    const value = fields[key as keyof Alarm];
    if (alarm[key as keyof Alarm] === value) continue;
    changed ??= { ...alarm };
    if (value === undefined) delete changed[key];
    else changed[key] = value;
  }
  return (changed as Alarm | undefined) ?? alarm;
}

const without = (alarm: Alarm, key: keyof Alarm): Alarm => assign(alarm, { [key]: undefined });
