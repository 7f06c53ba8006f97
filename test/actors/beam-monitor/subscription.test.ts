import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  after,
  heard,
  initialState,
  isRegistered,
  nextAction,
  type SubscriptionState,
} from '../../../actors/beam-monitor/subscription.ts';

const POLICY = { renewFraction: 0.5, silentAfterMs: 30_000, backOff: { firstMs: 1000, maxMs: 30_000 } };
const T0 = 1_000_000;

/** A server that can be played with, and one subscription driven against it on a clock of its own. */
class Play {
  now = T0;
  state: SubscriptionState = initialState(T0);
  /** The server's registrations and when each ends. */
  registrations = new Map<string, number>();
  away = false;
  calls: string[] = [];
  leaseSeconds = 120;
  #made = 0;
  readonly random: () => number;

  constructor(random: () => number = () => 0.5) {
    this.random = random;
  }

  /** Lets `ms` pass, doing what the state machine wants when it wants it, with a callback every `every` ms. */
  pass(ms: number, every?: number): void {
    const end = this.now + ms;
    let nextCallback = every === undefined ? Number.POSITIVE_INFINITY : this.now + every;
    for (;;) {
      const action = nextAction(this.state, this.now, POLICY);
      if (action.kind === 'wait') {
        if (action.until <= this.now) throw new Error('waiting for the past: the driver would spin');
        this.now = Math.min(action.until, nextCallback);
        if (this.now > end) break;
        if (this.now === nextCallback) {
          nextCallback += every ?? 0;
          if (this.isServed()) this.state = heard(this.state, this.now);
        }
        continue;
      }
      this.calls.push(action.kind);
      this.state = after(this.state, this.#serve(action), this.now, POLICY, this.random);
    }
    this.now = end;
  }

  isServed(): boolean {
    const id = this.state.registration?.id;
    return !this.away && id !== undefined && (this.registrations.get(id) ?? 0) > this.now;
  }

  restart(): void {
    this.registrations.clear();
  }

  #serve(action: Exclude<ReturnType<typeof nextAction>, { kind: 'wait' }>) {
    const askedAt = this.now;
    const lease = { leaseSeconds: this.leaseSeconds, askedAt };
    if (this.away)
      return action.kind === 'stop'
        ? ({ kind: 'stopped' } as const)
        : ({ kind: 'failed', why: 'away' } as const);
    if (action.kind === 'start') {
      const id = `r${++this.#made}`;
      this.registrations.set(id, this.now + this.leaseSeconds * 1000);
      return { kind: 'started', id, ...lease } as const;
    }
    if (action.kind === 'stop') {
      this.registrations.delete(action.id);
      return { kind: 'stopped' } as const;
    }
    if ((this.registrations.get(action.id) ?? 0) <= this.now) return { kind: 'unknown' } as const;
    this.registrations.set(action.id, this.now + this.leaseSeconds * 1000);
    return { kind: 'renewed', ...lease } as const;
  }
}

describe('a registration', () => {
  test('is made at once and renewed before its lease ends, for as long as callbacks come', () => {
    const play = new Play();
    play.pass(600_000, 2000);
    expect(play.calls.slice(0, 4)).toEqual(['start', 'renew', 'renew', 'renew']);
    expect(play.calls.filter(call => call !== 'renew')).toEqual(['start']);
    expect(play.isServed()).toBe(true);
  });

  test('that the server refuses to renew is made anew at once', () => {
    const play = new Play();
    play.pass(10_000, 2000);
    play.restart();
    const { registration } = play.state;
    play.now = (registration?.grantedAt ?? 0) + 60_000;
    play.state = heard(play.state, play.now);
    play.calls = [];
    play.pass(0);
    expect(play.calls).toEqual(['renew', 'start']);
    expect(play.isServed()).toBe(true);
  });

  test('is made anew when callbacks stay away, and the old one is stopped after the new one stands', () => {
    const play = new Play();
    play.pass(10_000, 2000);
    play.restart();
    play.calls = [];
    play.pass(31_000, 2000);
    expect(play.calls).toEqual(['start', 'stop']);
    expect(play.state.registration?.id).toBe('r2');
    expect([...play.registrations.keys()]).toEqual(['r2']);
  });

  test('is made anew ever more patiently while the beam is off, and quickly again after it was on', () => {
    const play = new Play();
    play.pass(4 * 3_600_000);
    const starts = play.calls.filter(call => call === 'start').length;
    expect(starts).toBeGreaterThan(20);
    expect(starts).toBeLessThan(40);
    expect(play.registrations.size).toBe(1);
    play.pass(10_000, 2000);
    play.restart();
    play.calls = [];
    play.pass(31_000, 2000);
    expect(play.calls).toContain('start');
  });

  test('waits for a server that is away at start: first soon, then every half a minute, with jitter', () => {
    const waits = [0, 0.999].map(chance => {
      const play = new Play(() => chance);
      play.away = true;
      play.pass(300_000);
      expect(isRegistered(play.state, play.now)).toBe(false);
      expect(nextAction(play.state, play.now, POLICY).reason).toBe('away');
      return play.calls.length;
    });
    expect(waits[0]).toBeGreaterThan(waits[1] ?? 0);
    expect(waits[1]).toBeGreaterThan(10);
    expect(waits[0]).toBeLessThan(30);
  });

  test('survives an outage shorter than its lease without a new one', () => {
    const play = new Play();
    play.pass(50_000, 2000);
    play.away = true;
    play.pass(20_000, 2000);
    play.away = false;
    play.calls = [];
    play.pass(40_000, 2000);
    expect(play.calls).not.toContain('start');
    expect(play.state.failures).toBe(0);
  });

  test('with a lease of nothing does not make us ask without pause', () => {
    const play = new Play();
    play.leaseSeconds = 0.001;
    play.pass(60_000);
    expect(play.calls.length).toBeLessThan(400);
  });

  test('is not forgotten when our clock is set back', () => {
    const play = new Play();
    play.pass(10_000, 2000);
    play.now -= 3_600_000;
    play.calls = [];
    play.pass(1);
    expect(play.calls).toEqual(['renew']);
    play.away = true;
    play.pass(120_000);
    play.now -= 3_600_000;
    play.away = false;
    play.pass(31_000);
    expect(play.isServed()).toBe(true);
  });
});

test('whatever happens to the server, once it is back for good it calls us, under one registration', () => {
  const event = fc.oneof(
    fc.record({ kind: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 200_000 }) }),
    fc.record({ kind: fc.constant('quiet' as const), ms: fc.integer({ min: 1, max: 600_000 }) }),
    fc.record({ kind: fc.constantFrom('restart' as const, 'away' as const, 'back' as const) }),
    fc.record({ kind: fc.constant('lease' as const), seconds: fc.integer({ min: 1, max: 600 }) }),
  );
  fc.assert(
    fc.property(
      fc.array(event, { maxLength: 30 }),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      (events, chance) => {
        const play = new Play(() => chance);
        for (const each of events) {
          if (each.kind === 'pass') play.pass(each.ms, 2000);
          else if (each.kind === 'quiet') play.pass(each.ms);
          else if (each.kind === 'restart') play.restart();
          else if (each.kind === 'lease') play.leaseSeconds = each.seconds;
          else play.away = each.kind === 'away';
        }
        play.away = false;
        // The most patient silence, the longest back-off and a lease that ran out, one after the other.
        play.pass(16 * 30_000 + 30_000, 2000);
        play.pass(60_000, 2000);
        expect(play.isServed()).toBe(true);
        // A registration replaced while the server was away may outlive us there until its lease ends.
        play.pass(600_000, 2000);
        const live = [...play.registrations].filter(([, end]) => end > play.now).map(([id]) => id);
        expect(live).toEqual([play.state.registration?.id]);
      },
    ),
    { numRuns: 200 },
  );
});
