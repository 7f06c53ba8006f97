import { isActive } from '../../../protocol/alarm/alarm-state.ts';
import { Severity } from '../../../protocol/alarm/severity.ts';
import type { Milliseconds } from '../../../protocol/time.ts';
import type { Outgoing } from '../../../runtime/actor.ts';
import type { ChannelPlan, DispatchPlan } from '../plan.ts';
import type { ChannelState, DispatcherState, Known } from './state.ts';

/** Everything one step of the fold works with. */
export interface World {
  readonly plan: DispatchPlan;
  readonly state: DispatcherState;
  /** When the message of this step was stored. */
  readonly now: Milliseconds;
  readonly outputs: Outgoing[];
  /** What was decided, for the log. */
  readonly reasons: string[];
}

export interface ChannelWorld extends World {
  readonly channel: ChannelState;
  readonly rules: ChannelPlan;
}

const RANK: Readonly<Record<Severity, number>> = {
  [Severity.noAlarm]: 0,
  [Severity.minor]: 1,
  [Severity.major]: 2,
  [Severity.invalid]: 3,
};

export const rankOf = (severity: Severity): number => RANK[severity];

/** Whether people must be told without delay: MAJOR, and INVALID, for what cannot be trusted may hide anything. */
export const isUrgent = (rank: number): boolean => rank >= RANK[Severity.major];

export const isFiring = (known: Known | undefined): boolean => known !== undefined && isActive(known.state);

export const isSilenced = (known: Known | undefined): boolean => (known?.silences?.length ?? 0) > 0;

export const earlier = (
  a: Milliseconds | undefined,
  b: Milliseconds | undefined,
): Milliseconds | undefined => (a === undefined ? b : b === undefined ? a : Math.min(a, b));

/** Has the sweep run no later than that. */
export function sweepBy(state: DispatcherState, at: Milliseconds): void {
  state.sweepAt = earlier(state.sweepAt, at);
}

/** Has the channel looked at no later than that. */
export function pumpBy(channel: ChannelState, at: Milliseconds): void {
  channel.pumpAt = earlier(channel.pumpAt, at);
}

export function inChannel(world: World, name: string): ChannelWorld | undefined {
  const channel = world.state.channels.get(name);
  const rules = world.plan.channels.get(name);
  return channel && rules && { ...world, channel, rules };
}
