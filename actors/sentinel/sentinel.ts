import { SpillwayError } from '../../protocol/errors.ts';
import type { RawEvent } from '../../protocol/messages/raw-event.ts';
import type { Reconstruction } from '../../protocol/messages/reconstruction.ts';
import { pictures } from '../../protocol/midas/cygno/cygno.ts';
import { decodeDataBanks } from '../../protocol/midas/midas.ts';
import type { ActorContext, Task } from '../../runtime/actor.ts';
import { VERSION } from '../../runtime/version.ts';
import { Backlog } from './backlog.ts';
import type { SentinelConfig } from './config.ts';
import { DisplayTimes } from './display-times.ts';
import { Calibrations } from './pedestals/calibrations.ts';
import { PedestalBook } from './pedestals/pedestal-book.ts';
import type { Calibration } from './reconstruction/calibration.ts';
import { found, type Means, sampledOut, shown } from './result.ts';
import { passedOver } from './sampling.ts';
import { Slots } from './slots.ts';
import type { ReadGains } from './vignetting-file.ts';
import type { Done, Drawn, Job } from './worker/job.ts';
import { WorkerPool } from './worker/worker-pool.ts';

/** Events to results: fetches each into shared memory, has a thread reconstruct it, and publishes what it found. */
export class Sentinel implements AsyncDisposable {
  readonly #config: SentinelConfig;
  readonly #context: ActorContext;
  readonly #means: Means;
  readonly #book: PedestalBook;
  readonly #calibrations: Calibrations;
  readonly #displayTimes: DisplayTimes;
  readonly #backlog: Backlog;
  readonly #slots = new Slots();
  readonly #pool: WorkerPool;
  readonly #workers: number;
  #inHand = 0;
  #sampledOut = 0;

  constructor(config: SentinelConfig, context: ActorContext, { gains, digest }: ReadGains, workers: number) {
    const { profile } = config;
    this.#config = config;
    this.#context = context;
    this.#workers = workers;
    this.#means = {
      profile: profile.name,
      code: VERSION,
      ...(digest === undefined ? {} : { vignetting: digest }),
    };
    this.#book = new PedestalBook(context, profile.pedestal);
    this.#calibrations = new Calibrations(context.eventStore, profile, gains);
    this.#displayTimes = new DisplayTimes(config.displayInterval);
    this.#backlog = new Backlog(config.warnAbove);
    this.#pool = new WorkerPool({
      workers,
      timeLimitMs: config.timeLimit,
      log: context.log,
    });
  }

  health(): Record<string, number> {
    return {
      waiting: this.#backlog.waiting,
      inHand: this.#inHand,
      workers: this.#workers,
      pedestalsKept: this.#calibrations.size,
      sampledOut: this.#sampledOut,
    };
  }

  /** @throws SpillwayError as a work lane wants it: with `retry` for what comes right by itself. */
  async work({ message, waiting, signal }: Task<RawEvent>): Promise<void> {
    const event = message.body;
    this.#tellBacklog(waiting);
    if (event.runOf.pedestal) return this.#count('of-pedestal-run');
    const reason = passedOver(this.#config.sampling, event.serial, waiting);
    if (reason !== undefined) {
      await this.#context.publish({ ...sampledOut(event, this.#means, reason), hops: message.hops });
      this.#sampledOut++;
      return this.#count('sampled-out');
    }
    this.#inHand++;
    try {
      await this.#reconstruct({ message, signal });
    } finally {
      this.#inHand--;
    }
  }

  async #reconstruct({ message, signal }: Pick<Task<RawEvent>, 'message' | 'signal'>): Promise<void> {
    const event = message.body;
    this.#checkSize(event);
    await this.#book.settle(event);
    const startedAt = performance.now();
    using slot = this.#slots.take(event.body.bytes);
    const body = await this.#timed('fetch', () =>
      this.#context.eventStore.get(event.body, slot.bytes, signal),
    );
    const { calibrations, warnings } = await this.#calibrationsFor(event, body);
    const displays = this.#displayTimes.take(this.#context.clock());
    const done = await this.#inThread({ event, body, calibrations, displays }, signal);
    const findings = { ...done.findings, warnings: [...warnings, ...done.findings.warnings] };
    const result = found(event, this.#means, findings);
    await this.#timed('publish', () => this.#context.publish({ ...result, hops: message.hops }));
    this.#count(result.body.outcome);
    this.#context.observe('event', performance.now() - startedAt);
    for (const drawn of done.displays) await this.#publishDisplay(event, drawn);
  }

  /** A display that was asked for and did not come is asked for again with the next event. */
  async #inThread(job: Job, signal: AbortSignal): Promise<Done> {
    let drawn: readonly Drawn[] = [];
    const sentAt = performance.now();
    try {
      const done = await this.#pool.run(job, signal);
      drawn = done.displays;
      const steps = Object.entries(done.took);
      for (const [step, ms] of steps) this.#context.observe(step, ms);
      const busy = steps.reduce((sum, [, ms]) => sum + ms, 0);
      this.#context.observe('queue', performance.now() - sentAt - busy);
      return done;
    } finally {
      for (const kind of job.displays)
        if (!drawn.some(one => one.kind === kind)) this.#displayTimes.giveBack(kind);
    }
  }

  /** Tables for every camera of an event. */
  async #calibrationsFor(
    event: RawEvent,
    body: Uint8Array,
  ): Promise<{ calibrations: Map<number, Calibration>; warnings: string[] }> {
    const calibrations = new Map<number, Calibration>();
    const warnings: string[] = [];
    for (const { camera } of pictures(decodeDataBanks(body))) {
      const chosen = this.#book.choose(event, camera);
      calibrations.set(
        camera,
        await this.#timed('calibration', () => this.#calibrations.get(chosen.pedestal)),
      );
      warnings.push(...chosen.warnings);
    }
    return { calibrations, warnings };
  }

  /** Nothing that is only to be looked at makes an event fail. */
  async #publishDisplay(event: RawEvent, drawn: Drawn): Promise<void> {
    try {
      if ('failed' in drawn) throw new Error(drawn.failed);
      await this.#context.publish(shown(event, drawn.kind, drawn.picture));
      this.#context.count('displays', { kind: drawn.kind });
    } catch (thrown) {
      this.#context.count('displays_failed', { kind: drawn.kind });
      this.#context.log.warn({ event: event.body.name, kind: drawn.kind, err: thrown }, 'no display');
    }
  }

  #checkSize({ body }: RawEvent): void {
    if (body.bytes <= this.#config.maxEvent) return;
    throw new SpillwayError(
      'MIDAS_MALFORMED',
      `${body.name}: an event of ${body.bytes} bytes, ${this.#config.maxEvent} are allowed (maxEvent)`,
    );
  }

  #tellBacklog(waiting: number): void {
    const turn = this.#backlog.saw(waiting);
    if (turn === 'over')
      this.#context.log.warn(
        { waiting, limit: this.#config.warnAbove },
        `${waiting} events wait: the sentinels do not keep up`,
      );
    if (turn === 'under') this.#context.log.info({ waiting }, 'the sentinels keep up again');
  }

  #count(outcome: Reconstruction['outcome'] | 'of-pedestal-run'): void {
    this.#context.count('events', { outcome });
  }

  async #timed<Result>(step: string, act: () => Promise<Result>): Promise<Result> {
    const from = performance.now();
    const result = await act();
    this.#context.observe(step, performance.now() - from);
    return result;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pool[Symbol.asyncDispose]();
  }
}
