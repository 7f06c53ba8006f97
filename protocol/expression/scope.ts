import type { EventTime, Milliseconds } from '../time.ts';
import type { Value } from './value.ts';

/**
 * What an expression may see of the world at one moment. The engine gives it; all times are those at which JetStream
 * stored a message, so that a replay sees the same.
 */
export interface Scope {
  readonly now: Milliseconds;
  /** Since when these inputs have been looked for: what has not come since then, and is not overdue, is waited for. */
  readonly since: Milliseconds;
  /**
   * Since when anything at all is heard again: time in which nobody said anything, because NATS or the whole system was
   * away, is nobody's silence and does not count. 0 when there has been no such time.
   */
  readonly resumedAt: Milliseconds;
  /** Machine mode. */
  readonly mode: string;
  /** Last reading; undefined when there has been none. */
  device(name: string): DeviceInput | undefined;
  /** Last readings of a trigger; undefined when there have been none. */
  trigger(name: string): TriggerInput | undefined;
  /** Last heartbeat of each instance of an actor, stopped ones too; empty when there has been none. */
  health(actor: string): readonly HealthInput[];
  /** When a ledger entry of this stage last came. */
  entry(stage: string): Milliseconds | undefined;
  /** Last gap of this stage; of any stage for `*`. */
  gap(stage: string): GapInput | undefined;
  /** Quantities already calculated. Must be a new one whenever anything above has changed. */
  readonly memo: Memo;
}

/** From when something that last came at `at` counts as silent; undefined: it has never come. */
export const silentFrom = (
  { since, resumedAt }: Pick<Scope, 'since' | 'resumedAt'>,
  at: Milliseconds | undefined,
): Milliseconds => Math.max(at ?? since, resumedAt);

/** Values of quantities by staleness limit (milliseconds) and name, so that each is calculated once per moment. */
export type Memo = Map<Milliseconds, Map<string, Value>>;

export interface DeviceInput {
  /** As they were read, NaN and infinities included. */
  readonly values: readonly number[];
  /** Unit text delivered with the values: `pot` takes the scale of a toroid from it (numi.md 4.2). */
  readonly units?: string;
  /** ACNET status; anything but 0 makes it unusable. */
  readonly status: number;
  readonly at: Milliseconds;
  /** The device's own time stamp. */
  readonly eventTime?: EventTime;
  /** Set when the trigger that last brought it has come again without a value of it that could be kept. */
  readonly missing?: true;
  /** The reading before; kept only where `Inputs.devices` asks for it. */
  readonly previous?: { readonly values: readonly number[]; readonly status: number };
}

export interface TriggerInput {
  /**
   * When it came, oldest first, the last one at the end: at least two when two have come, and all within the widest
   * window that `Inputs.triggers` asks for, at most `MAX_TRIGGER_TIMES`.
   */
  readonly times: readonly Milliseconds[];
}

/** Times kept per trigger, whatever the window: 15 a second for an hour is beyond any front end known. */
export const MAX_TRIGGER_TIMES = 20_000;

export interface HealthInput {
  readonly instance: string;
  readonly at: Milliseconds;
  /** From `fieldsOfHealth`; at least those that `Inputs.actors` names. */
  readonly fields: HealthFields;
  /** The heartbeat before of the same instance. */
  readonly previous?: HealthFields;
}

/** Figures of a heartbeat by name, e.g. `lag`, `state`, `figure:queue`, `counter:refused`, `latency:insert:p99`. */
export type HealthFields = Readonly<Record<string, number | string>>;

export interface GapInput {
  readonly at: Milliseconds;
  readonly stage: string;
  readonly stream: string;
  readonly first: number;
  readonly last: number;
  readonly reason: string;
}

/** What has to be at hand before an expression or a rule can be evaluated; quantities are followed to their inputs. */
export interface Inputs {
  readonly devices: readonly DeviceUse[];
  readonly triggers: readonly TriggerUse[];
  readonly actors: readonly ActorUse[];
  /** Stages of the ledger whose entries or gaps matter; `*` for the gaps of every stage. */
  readonly stages: readonly string[];
  /** Names of the quantities it is made from, directly or not. */
  readonly quantities: readonly string[];
  /** It asks for the machine mode. */
  readonly mode: boolean;
  /** It may change by time passing alone (`sinceLast`, `age`, `rate`, …): evaluate it about once a second too. */
  readonly timed: boolean;
}

export interface DeviceUse {
  readonly name: string;
  /** The reading before is wanted too. */
  readonly previous: boolean;
}

export interface TriggerUse {
  readonly name: string;
  /** How far back its times are wanted; 0 for the last one or two. */
  readonly windowMs: Milliseconds;
}

export interface ActorUse {
  readonly actor: string;
  /** `state` is always among them. */
  readonly fields: readonly string[];
  /** The heartbeat before is wanted too. */
  readonly previous: boolean;
}
