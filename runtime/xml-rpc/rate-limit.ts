import type { Clock } from '../../protocol/time.ts';

interface Bucket {
  tokens: number;
  filledAt: number;
}

/** Above this many callers, those that have been quiet are forgotten. */
const MANY = 1024;

/** A token bucket per caller: `perSecond` requests sustained, two seconds' worth at once. */
export class RateLimit {
  readonly #perSecond: number;
  readonly #clock: Clock;
  readonly #buckets = new Map<string, Bucket>();

  constructor(perSecond: number, clock: Clock) {
    this.#perSecond = perSecond;
    this.#clock = clock;
  }

  /** Whether this caller may have one more now. */
  take(caller: string): boolean {
    const now = this.#clock();
    const bucket = this.#bucket(caller, now);
    bucket.tokens = this.#filled(bucket, now);
    bucket.filledAt = now;
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  }

  get #capacity(): number {
    return Math.max(1, this.#perSecond * 2);
  }

  #bucket(caller: string, now: number): Bucket {
    const known = this.#buckets.get(caller);
    if (known !== undefined) return known;
    if (this.#buckets.size >= MANY) this.#forgetQuiet(now);
    const fresh = { tokens: this.#capacity, filledAt: now };
    this.#buckets.set(caller, fresh);
    return fresh;
  }

  #filled(bucket: Bucket, now: number): number {
    return Math.min(this.#capacity, bucket.tokens + ((now - bucket.filledAt) / 1000) * this.#perSecond);
  }

  /** A full bucket is the same as none. */
  #forgetQuiet(now: number): void {
    for (const [caller, bucket] of this.#buckets) {
      if (this.#filled(bucket, now) >= this.#capacity) this.#buckets.delete(caller);
    }
  }
}
