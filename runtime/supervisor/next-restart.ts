import type { Milliseconds } from '../../protocol/time.ts';
import { type BackOff, backOffMs } from '../host/back-off.ts';

export interface RestartPolicy extends BackOff {
  /** A service that was ready for this long has recovered: its next end counts as the first. */
  readonly resetAfterMs: Milliseconds;
}

export interface RestartState {
  /** Ends in a row, none of them after a long run. */
  readonly failures: number;
  /** When it became ready; undefined when it never did. */
  readonly readyAt?: Milliseconds | undefined;
}

export interface Restart {
  readonly failures: number;
  readonly delayMs: Milliseconds;
  /** For the log and for people. */
  readonly reason: string;
}

/** When to start a service that has just ended again. */
export function nextRestart(
  policy: RestartPolicy,
  state: RestartState,
  now: Milliseconds,
  random: () => number,
): Restart {
  const ranMs = state.readyAt === undefined ? undefined : now - state.readyAt;
  const recovered = ranMs !== undefined && ranMs >= policy.resetAfterMs;
  const failures = recovered ? 1 : state.failures + 1;
  const delayMs = backOffMs(policy, failures, random);
  const ran = ranMs === undefined ? 'never became ready' : `was ready for ${seconds(ranMs)}`;
  const nth = failures === 1 ? '' : `, failure ${failures} in a row`;
  return { failures, delayMs, reason: `${ran}${nth}: starting again in ${seconds(delayMs)}` };
}

const seconds = (ms: Milliseconds): string => `${(ms / 1000).toFixed(1)} s`;
