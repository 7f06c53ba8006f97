/** Most that may be on the way at once; one thing larger than `bytes` goes alone. */
export interface PipelineLimits {
  readonly jobs: number;
  readonly bytes: number;
}

/**
 * Prepares several things at once and finishes them one by one, in the order in which they came. Whoever adds waits for room:
 * that is how a slow end is felt at the beginning.
 */
export class Pipeline {
  readonly #limits: PipelineLimits;
  readonly #failed = Promise.withResolvers<never>();
  #broken = false;
  #last: Promise<void> = Promise.resolve();
  #jobs = 0;
  #bytes = 0;
  #room = Promise.withResolvers<void>();

  constructor(limits: PipelineLimits) {
    this.#limits = limits;
    // Whoever adds or waits hears of it; where nobody does, it must not end the process.
    this.#failed.promise.catch(() => undefined);
  }

  get jobs(): number {
    return this.#jobs;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Resolves when there was room and `prepare` has begun. When it or `finish` throws, nothing after it is finished.
   * @throws what a job before it threw
   */
  async add<T>(
    bytes: number,
    prepare: () => Promise<T>,
    finish: (prepared: T) => Promise<void>,
  ): Promise<void> {
    if (this.#broken) await this.#failed.promise;
    while (this.#jobs > 0 && (this.#jobs >= this.#limits.jobs || this.#bytes + bytes > this.#limits.bytes))
      await Promise.race([this.#room.promise, this.#failed.promise]);
    this.#jobs++;
    this.#bytes += bytes;
    const prepared = prepare();
    prepared.catch(() => undefined);
    const before = this.#last;
    this.#last = (async () => {
      await before;
      await finish(await prepared);
      this.#jobs--;
      this.#bytes -= bytes;
      this.#room.resolve();
      this.#room = Promise.withResolvers();
    })();
    this.#last.catch((thrown: unknown) => {
      this.#broken = true;
      this.#failed.reject(thrown);
    });
  }

  /** Resolves when everything added so far is finished. @throws what a job threw. */
  async finished(): Promise<void> {
    await this.#last;
  }
}
