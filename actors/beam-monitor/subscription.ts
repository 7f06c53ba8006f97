import type { Milliseconds } from '../../protocol/time.ts';
import { type BackOff, backOffMs } from '../../runtime/host/back-off.ts';

/**
 * Keeps one registration with the Beams Division server alive: pure, so that every outage can be played
 * through in a test. The driver asks `nextAction`, does it, and tells `after` what came of it:
 *
 *                       start ok                     renew ok
 *     no registration ------------> registered ---------------------> registered
 *           ^    ^                    |  |  |
 *           |    | refused, lease out |  |  | callbacks stay away: start anew, then stop the old one
 *           |    +--------------------+  |  +------------------------------------------> registered
 *           +- start fails: back-off     +- renew fails: back-off while the lease lasts
 */
export interface SubscriptionState {
  readonly registration: Registration | undefined;
  /** A registration that a newer one has replaced and that is still to be stopped. */
  readonly replaced: string | undefined;
  /** Failures in a row; sets the back-off. */
  readonly failures: number;
  readonly notBefore: Milliseconds;
  /** Last sign of life: a callback, or the registration itself. */
  readonly heardAt: Milliseconds;
  /** Silences in a row that a new registration did not end; each doubles the patience. */
  readonly silences: number;
  /** Why the state is what it is, for people. */
  readonly reason: string;
}

export interface Registration {
  readonly id: string;
  readonly leaseMs: Milliseconds;
  /** When we asked for the lease that now runs: its end is counted from there, never later than the server's. */
  readonly grantedAt: Milliseconds;
}

export interface SubscriptionPolicy {
  /** Part of the lease after which it is renewed, between 0 and 1. */
  readonly renewFraction: number;
  /** Callbacks away for longer than this: the registration is made anew. */
  readonly silentAfterMs: Milliseconds;
  readonly backOff: BackOff;
}

export type Action =
  | { readonly kind: 'start'; readonly reason: string }
  | { readonly kind: 'renew'; readonly id: string; readonly reason: string }
  | { readonly kind: 'stop'; readonly id: string; readonly reason: string }
  | { readonly kind: 'wait'; readonly until: Milliseconds; readonly reason: string };

/** What came of an action. `askedAt` is when it was begun. */
export type Outcome =
  | { readonly kind: 'started'; readonly id: string; readonly leaseSeconds: number; readonly askedAt: number }
  | { readonly kind: 'renewed'; readonly leaseSeconds: number; readonly askedAt: number }
  /** The server does not know the registration, or no more. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'failed'; readonly why: string }
  /** Stopping is done or cannot be done: the lease ends it. */
  | { readonly kind: 'stopped' };

/** A shorter lease would make us ask without pause. */
const SHORTEST_LEASE_MS = 1000;
/** Beam stops for hours: patience doubles up to 16 times `silentAfterMs` (8 minutes of 30 s). */
const MOST_DOUBLINGS = 4;

export const initialState = (now: Milliseconds): SubscriptionState => ({
  registration: undefined,
  replaced: undefined,
  failures: 0,
  notBefore: now,
  heardAt: now,
  silences: 0,
  reason: 'not registered yet',
});

const leaseEnd = ({ grantedAt, leaseMs }: Registration) => grantedAt + leaseMs;

/** When the silence is long enough to register anew. */
export const silentAt = (state: SubscriptionState, policy: SubscriptionPolicy): Milliseconds =>
  state.heardAt + policy.silentAfterMs * 2 ** Math.min(state.silences, MOST_DOUBLINGS);

/** Whether the server should be calling us, as far as we know. */
export const isRegistered = (state: SubscriptionState, now: Milliseconds): boolean =>
  state.registration !== undefined && now < leaseEnd(state.registration);

export function nextAction(state: SubscriptionState, now: Milliseconds, policy: SubscriptionPolicy): Action {
  const { registration, replaced } = state;
  if (replaced !== undefined)
    return { kind: 'stop', id: replaced, reason: 'replaced by a newer registration' };
  // A longer wait than any back-off means that our clock was set back: it must not keep us waiting.
  if (now < state.notBefore && state.notBefore - now <= policy.backOff.maxMs)
    return { kind: 'wait', until: state.notBefore, reason: state.reason };
  if (!registration) return { kind: 'start', reason: state.reason };
  const end = leaseEnd(registration);
  if (now >= end) return { kind: 'start', reason: `the lease ran out: ${state.reason}` };
  const silent = silentAt(state, policy);
  if (now >= silent)
    return { kind: 'start', reason: `no callback for ${Math.round((now - state.heardAt) / 1000)} s` };
  const renewAt = registration.grantedAt + registration.leaseMs * policy.renewFraction;
  if (now >= renewAt) return { kind: 'renew', id: registration.id, reason: 'the lease is about to end' };
  if (now < registration.grantedAt)
    return { kind: 'renew', id: registration.id, reason: 'our clock was set back' };
  return { kind: 'wait', until: Math.min(renewAt, silent, end), reason: state.reason };
}

/** A callback of this subscription arrived. */
export const heard = (state: SubscriptionState, now: Milliseconds): SubscriptionState => ({
  ...state,
  heardAt: now,
  silences: 0,
});

export function after(
  state: SubscriptionState,
  outcome: Outcome,
  now: Milliseconds,
  policy: SubscriptionPolicy,
  random: () => number,
): SubscriptionState {
  switch (outcome.kind) {
    case 'started': {
      const old = state.registration;
      const silent = old !== undefined && now >= silentAt(state, policy);
      return {
        registration: lease(outcome.id, outcome),
        // The new one first, then the old one away: a gap would lose spills, an overlap is deduplicated.
        replaced: old && old.id !== outcome.id ? old.id : undefined,
        failures: 0,
        notBefore: now,
        heardAt: now,
        silences: silent ? state.silences + 1 : 0,
        reason: 'registered',
      };
    }
    case 'renewed':
      return {
        ...state,
        registration: state.registration && lease(state.registration.id, outcome),
        failures: 0,
        notBefore: now,
        reason: 'renewed',
      };
    case 'unknown':
      return {
        ...state,
        registration: undefined,
        failures: 0,
        notBefore: now,
        reason: 'the server does not know our registration',
      };
    case 'failed': {
      const failures = state.failures + 1;
      return {
        ...state,
        failures,
        notBefore: now + backOffMs(policy.backOff, failures, random),
        reason: outcome.why,
      };
    }
    case 'stopped':
      break;
  }
  return { ...state, replaced: undefined };
}

const lease = (id: string, { leaseSeconds, askedAt }: { leaseSeconds: number; askedAt: number }) => ({
  id,
  leaseMs: Math.max(SHORTEST_LEASE_MS, leaseSeconds * 1000),
  grantedAt: askedAt,
});
