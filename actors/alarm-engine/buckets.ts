import { z } from 'zod';

/**
 * A record that can be changed without copying all of it, and without changing what others hold: the entries are dealt
 * out to small records by the hash of their key, and only the small ones that change are copied. Plain JSON.
 */
export type Buckets<T> = readonly Readonly<Record<string, T>>[];

/** With 60,000 entries a small record has some fifteen: cheap to copy, and the array of them is one block of memory. */
const COUNT = 4096;

const EMPTY: Readonly<Record<string, never>> = {};

export const emptyBuckets = <T>(): Buckets<T> => Array.from({ length: COUNT }, () => EMPTY);

export const bucketsOf = <T>(value: z.ZodType<T>): z.ZodType<Buckets<T>> =>
  z.array(z.record(z.string(), value)).length(COUNT);

export function lookUp<T>(buckets: Buckets<T>, key: string): T | undefined {
  const bucket = buckets[bucketOf(key)];
  // An alarm may be called `constructor`.
  return bucket !== undefined && Object.hasOwn(bucket, key) ? bucket[key] : undefined;
}

export function* entriesOf<T>(buckets: Buckets<T>): Generator<readonly [key: string, value: T]> {
  for (const bucket of buckets) for (const key in bucket) yield [key, bucket[key] as T];
}

/** Changes to buckets, gathered: each bucket is copied once, at its first change. What it began from stays as it was. */
export class BucketsDraft<T> {
  readonly #before: Buckets<T>;
  #buckets: Readonly<Record<string, T>>[] | undefined;

  constructor(buckets: Buckets<T>) {
    this.#before = buckets;
  }

  get(key: string): T | undefined {
    return lookUp(this.#buckets ?? this.#before, key);
  }

  set(key: string, value: T): void {
    this.#own(bucketOf(key))[key] = value;
  }

  delete(key: string): void {
    if (this.get(key) !== undefined) delete this.#own(bucketOf(key))[key];
  }

  entries(): Generator<readonly [key: string, value: T]> {
    return entriesOf(this.finish());
  }

  finish(): Buckets<T> {
    return this.#buckets ?? this.#before;
  }

  /** A bucket that may be written to. */
  #own(index: number): Record<string, T> {
    this.#buckets ??= this.#before.slice();
    if (this.#buckets[index] === this.#before[index]) this.#buckets[index] = { ...this.#before[index] };
    return this.#buckets[index] as Record<string, T>;
  }
}

/** FNV-1a over the UTF-16 units. */
function bucketOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < key.length; index++) hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193);
  return (hash ^ (hash >>> 16)) & (COUNT - 1);
}
