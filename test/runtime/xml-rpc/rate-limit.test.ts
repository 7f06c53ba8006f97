import { describe, expect, it } from 'vitest';
import { RateLimit } from '../../../runtime/xml-rpc/rate-limit.ts';

describe('a rate limit', () => {
  it('allows two seconds of requests at once, then the rate, for each caller apart', () => {
    let now = 0;
    const limit = new RateLimit(10, () => now);
    const taken = (caller: string): number => {
      let count = 0;
      while (limit.take(caller)) count++;
      return count;
    };
    expect(taken('a')).toBe(20);
    expect(taken('b')).toBe(20);
    now += 500;
    expect(taken('a')).toBe(5);
    now += 3_600_000;
    expect(taken('a')).toBe(20);
  });

  it('still knows an eager caller after thousands of quiet ones', () => {
    const limit = new RateLimit(0.5, () => 0);
    expect(limit.take('eager')).toBe(true);
    for (let i = 0; i < 5000; i++) limit.take(`quiet ${i}`);
    expect(limit.take('eager')).toBe(false);
  });
});
