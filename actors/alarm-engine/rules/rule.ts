import type { AlarmId } from '../../../protocol/alarm/alarm-id.ts';
import type { AlarmStatus, Severity } from '../../../protocol/alarm/severity.ts';
import type { Inputs, Scope } from '../../../protocol/expression/scope.ts';
import type { Value, ValueType } from '../../../protocol/expression/value.ts';
import type { ShownValue } from '../../../protocol/messages/alarm-change.ts';
import type { Milliseconds } from '../../../protocol/time.ts';

/** Where something stands in the rule files; line and column count from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Rule files, read, checked and compiled: everything that the engine evaluates. Immutable. */
export interface RuleSet {
  readonly rules: ReadonlyMap<AlarmId, Rule>;
  readonly quantities: ReadonlyMap<string, Quantity>;
  /** In the order in which they are tried: the first that holds is the mode. */
  readonly modes: readonly MachineModeRule[];
  /** What is odd but no mistake, one line each with its place; for `spillway check` and the log. */
  readonly warnings: readonly string[];
}

/** An expression of a rule, checked and compiled. */
export interface Expression {
  readonly text: string;
  readonly place: Place;
  readonly type: ValueType;
  readonly inputs: Inputs;
  /**
   * Never throws and always ends: over its budget of operations it is unusable with status DISABLE, and whoever
   * evaluates it switches its rule off.
   * @param staleMs readings and heartbeats older than this are unusable (TIMEOUT)
   */
  evaluate(scope: Scope, staleMs: Milliseconds): Value;
}

/** A named expression that other expressions use by its name. */
export interface Quantity {
  readonly name: string;
  readonly expression: Expression;
  readonly units: string;
  readonly description: string;
  readonly place: Place;
}

export interface MachineModeRule {
  readonly name: string;
  readonly description: string;
  /** Absent for a mode that is only ever set by command. */
  readonly when?: Expression;
  /** How long the readings must speak for this mode without a break before it is entered. */
  readonly forMs: Milliseconds;
  readonly staleMs: Milliseconds;
  readonly place: Place;
}

/** Name of the machine mode while none has been recognised or set. */
export const UNKNOWN_MODE = 'unknown';

/** A value per machine mode; `otherwise` in all modes not named. Undefined: the alarm has no meaning in this mode. */
export interface ByMode<T> {
  readonly otherwise: T | undefined;
  readonly modes: ReadonlyMap<string, T | undefined>;
}

export const inMode = <T>(byMode: ByMode<T>, mode: string): T | undefined =>
  byMode.modes.has(mode) ? byMode.modes.get(mode) : byMode.otherwise;

/** Words of the limits, lowest first. */
export const LIMIT_NAMES = ['lolo', 'low', 'high', 'hihi'] as const;
export type LimitName = (typeof LIMIT_NAMES)[number];

/** Limits of a value, those given in rising order; beyond means below `lolo` and `low`, above `high` and `hihi`. */
export interface Limits {
  readonly lolo?: number;
  readonly low?: number;
  readonly high?: number;
  readonly hihi?: number;
}

export const ConditionKind = {
  limits: 'limits',
  states: 'states',
  when: 'when',
  absent: 'absent',
  closer: 'closer',
  gap: 'gap',
} as const;
export type ConditionKind = (typeof ConditionKind)[keyof typeof ConditionKind];

/** A number is beyond its limits. */
export interface LimitsCondition {
  readonly kind: typeof ConditionKind.limits;
  readonly value: Expression;
  readonly limits: ByMode<Limits>;
  readonly severities: Readonly<Record<LimitName, Severity>>;
  /** A limit is left only when the value is inside it by this much. */
  readonly deadband: number;
}

/** A text, number or boolean stands for a severity. */
export interface StatesCondition {
  readonly kind: typeof ConditionKind.states;
  readonly value: Expression;
  readonly states: ReadonlyMap<string, Severity>;
  /** Of every value not named. */
  readonly otherwise: Severity;
}

/** A condition that should not hold. */
export interface WhenCondition {
  readonly kind: typeof ConditionKind.when;
  readonly when: Expression;
  /** What to show as the value, if not whether it holds. */
  readonly value?: Expression;
  readonly severity: ByMode<Severity>;
}

/** Something expected does not come. */
export interface AbsentCondition {
  readonly kind: typeof ConditionKind.absent;
  readonly of: AbsentSubject;
  readonly forMs: Milliseconds;
  /** Only while this holds is it expected, and only time in which it holds is counted. */
  readonly while?: Expression;
  readonly severity: ByMode<Severity>;
}

/** What may be absent: a trigger, a device's reading, an actor's heartbeat, a stage's entry in the ledger. */
export interface AbsentSubject {
  readonly kind: 'trigger' | 'device' | 'actor' | 'stage';
  readonly name: string;
}

/** A trigger comes too soon after the one before. */
export interface CloserCondition {
  readonly kind: typeof ConditionKind.closer;
  readonly trigger: string;
  readonly thanMs: Milliseconds;
  readonly severity: ByMode<Severity>;
}

/** Something is missing for good at a stage, by the ledger; stays for a while, since a gap has no end of its own. */
export interface GapCondition {
  readonly kind: typeof ConditionKind.gap;
  /** `*` for every stage. */
  readonly stage: string;
  readonly holdMs: Milliseconds;
  readonly severity: ByMode<Severity>;
}

export type Condition =
  | LimitsCondition
  | StatesCondition
  | WhenCondition
  | AbsentCondition
  | CloserCondition
  | GapCondition;

/** How an alarm behaves and reads, whatever its condition: what comes down the tree of areas. */
export interface Behaviour {
  /** How long the condition must hold before the alarm is raised, and be over before it returns. */
  readonly onDelayMs: Milliseconds;
  readonly offDelayMs: Milliseconds;
  /** Raised only when `bad` of the last `of` evaluations were not NO_ALARM; 1 of 1 when nothing is said. */
  readonly count: { readonly bad: number; readonly of: number };
  /** Stays after it is over until somebody resets it. */
  readonly latch: boolean;
  /** Once it is over it stays on the list until somebody has acknowledged it; true when nothing is said. */
  readonly acknowledge: boolean;
  /** While this is false the alarm is suppressed by design. Unusable hides nothing. */
  readonly enable?: Expression;
  /** An input older than this is unusable. Infinity: inputs never grow stale. */
  readonly staleMs: Milliseconds;
  readonly shelveMaxMs: Milliseconds;
  readonly audience: readonly string[];
  /** Markdown. */
  readonly guidance: string;
  readonly dashboard: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** One alarm, with everything that comes down the tree of areas already in it. */
export interface Rule extends Behaviour {
  readonly id: AlarmId;
  readonly title: string;
  readonly units: string;
  readonly condition: Condition;
  /** Alarms that hide this one while they are active. All are in the same rule set, and never in a circle. */
  readonly mask: readonly AlarmId[];
  /** Of the condition, of `enable` and of `while` together: when one of these has news, evaluate the rule. */
  readonly inputs: Inputs;
  /** Equal for rules that behave and read the same, wherever they stand in the files. */
  readonly digest: string;
  readonly place: Place;
}

/** What a rule says of the moment. */
export interface Assessment {
  readonly severity: Severity;
  /** DISABLE: the rule is at fault and must be switched off. */
  readonly status: AlarmStatus;
  readonly value: ShownValue;
  /** The limit it is beyond. */
  readonly limit?: number;
  readonly reason: string;
  /** An input has not come yet and is not overdue: no verdict, keep the one there was. */
  readonly waiting: boolean;
  /** Since when `while` of an absence has held; hand it back with the next assessment. */
  readonly expectedSince?: Milliseconds;
}

/** What an assessment needs to know of the one before of the same alarm. */
export interface Before {
  readonly severity: Severity;
  readonly status: AlarmStatus;
  readonly expectedSince?: Milliseconds;
}

/** A mistake in the rule files. */
export interface RuleProblem {
  readonly place: Place;
  /** What is wrong and what is accepted. */
  readonly message: string;
}
