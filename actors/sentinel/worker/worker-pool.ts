import type { Logger } from 'pino';
import { Tinypool } from 'tinypool';
import { SpillwayError } from '../../../protocol/errors.ts';
import type { Milliseconds } from '../../../protocol/time.ts';
import type { Answer, Done, Job } from './job.ts';

/** Heap of a thread: what it makes of an event is small, and its large arrays lie elsewhere. More is an error that must not take the machine. */
const HEAP_MB = 512;

export interface PoolOptions {
  readonly workers: number;
  readonly timeLimitMs: Milliseconds;
  readonly log: Logger;
  /** What the threads run; default: `worker.ts`. */
  readonly entry?: URL;
}

/** Threads that reconstruct, one event each at a time. One that dies is replaced, and only its own event fails. */
export class WorkerPool implements AsyncDisposable {
  readonly #threads: Tinypool;
  readonly #timeLimitMs: Milliseconds;

  constructor({ workers, timeLimitMs, log, entry = new URL('worker.ts', import.meta.url) }: PoolOptions) {
    this.#timeLimitMs = timeLimitMs;
    this.#threads = new Tinypool({
      filename: entry.href,
      minThreads: workers,
      maxThreads: workers,
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
      // A thread that waits for work asleep hears nothing else.
      useAtomics: false,
    });
    this.#threads.on('error', error =>
      log.error({ err: error }, 'a worker thread died while it had no event'),
    );
  }

  /**
   * @param signal aborts the thread too
   * @throws SpillwayError of the event; WORKER_FAILED when the thread dies or takes too long
   */
  async run(job: Job, signal: AbortSignal): Promise<Done> {
    const late = AbortSignal.timeout(this.#timeLimitMs);
    const answer = await this.#answer(job, AbortSignal.any([signal, late])).catch((cause: unknown) => {
      if (signal.aborted) throw cause;
      const reason = late.aborted
        ? `it took longer than ${this.#timeLimitMs} ms`
        : cause instanceof Error
          ? cause.message
          : String(cause);
      throw new SpillwayError('WORKER_FAILED', `${job.event.body.name}: the thread was lost: ${reason}`, {
        cause,
      });
    });
    if (answer.kind === 'failed') throw new SpillwayError(answer.code, answer.reason);
    return answer;
  }

  async #answer(job: Job, signal: AbortSignal): Promise<Answer> {
    return (await this.#threads.run(job, { signal })) as Answer;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#threads.destroy();
  }
}
