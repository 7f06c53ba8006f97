import TinyQueue from 'tinyqueue';
import { KeyedRandom } from '../../fixtures/simulator/random.ts';
import type { Network, Service, Stage, StageResult } from './network.ts';
import { Waiting } from './waiting.ts';

export interface SimulateOptions {
  /** Jobs that arrive altogether. */
  readonly jobs: number;
  /** The first ones, which are not counted. */
  readonly warmUp: number;
  readonly seed: number;
}

interface Job {
  readonly number: number;
  readonly bornMs: number;
}

/** A job at a stage; `left` copies have still to do it before it goes on. */
interface Visit {
  readonly job: Job;
  left: number;
}

/** One copy of a stage. */
interface Desk {
  readonly stage: Stage;
  readonly waiting: Waiting<Visit>;
  readonly pool: string | undefined;
  free: number;
  busyMs: number;
}

interface Event {
  readonly atMs: number;
  /** Events of one moment happen in the order in which they were planned, so that a seed gives one result. */
  readonly order: number;
  readonly happen: () => void;
}

interface Left {
  readonly latencies: number[];
  firstMs: number;
  lastMs: number;
}

/**
 * Plays jobs through a network of stages, event by event; the same seed gives the same result.
 * @throws RangeError where a stage, a pool or a copy is not there
 */
export function simulate(network: Network, options: SimulateOptions): Map<string, StageResult> {
  return new Simulation(network, options).run();
}

class Simulation {
  readonly #network: Network;
  readonly #options: SimulateOptions;
  readonly #random: KeyedRandom;
  readonly #events = new TinyQueue<Event>([], (a, b) => a.atMs - b.atMs || a.order - b.order);
  readonly #desks: Map<string, readonly Desk[]>;
  readonly #pools: Map<string, { free: number; readonly wanted: Set<Desk> }>;
  readonly #left = new Map<string, Left>();
  #nowMs = 0;
  #planned = 0;

  constructor(network: Network, options: SimulateOptions) {
    this.#network = network;
    this.#options = options;
    this.#random = new KeyedRandom(options.seed);
    this.#desks = new Map(network.stages.map(stage => [stage.name, desksOf(stage)]));
    this.#pools = new Map(
      Object.entries(network.pools ?? {}).map(([name, free]) => [name, { free, wanted: new Set() }]),
    );
  }

  run(): Map<string, StageResult> {
    this.#nextJob(0);
    for (let event = this.#events.pop(); event; event = this.#events.pop()) {
      this.#nowMs = event.atMs;
      event.happen();
    }
    return new Map(this.#network.stages.map(stage => [stage.name, this.#resultOf(stage)]));
  }

  #nextJob(number: number): void {
    const { stages, arrivals } = this.#network;
    if (number >= this.#options.jobs) return;
    this.#in(this.#draw({ kind: arrivals.kind, ms: 1000 / arrivals.perSecond }), () => {
      this.#arrive({ number, bornMs: this.#nowMs }, stages[0].name);
      this.#nextJob(number + 1);
    });
  }

  #arrive(job: Job, name: string): void {
    const desks = known(this.#desks, name);
    const visit = { job, left: desks[0]?.stage.copies?.quorum ?? 1 };
    for (const desk of desks) {
      desk.waiting.push(visit);
      this.#begin(desk);
    }
  }

  /** Starts as much as there are servers, and room in the pool, for. */
  #begin(desk: Desk): void {
    const { service, batch } = desk.stage;
    const pool = desk.pool === undefined ? undefined : known(this.#pools, desk.pool);
    while (desk.free > 0 && desk.waiting.length > 0) {
      if (pool?.free === 0) {
        pool.wanted.add(desk);
        return;
      }
      const taken = desk.waiting.take(batch?.most ?? 1);
      const ms = this.#draw(service) + (batch?.eachMs ?? 0) * (taken.length - 1);
      desk.free--;
      desk.busyMs += ms;
      if (pool) pool.free--;
      this.#in(ms, () => this.#finish(desk, taken));
    }
  }

  #finish(desk: Desk, done: readonly Visit[]): void {
    desk.free++;
    for (const visit of done) if (--visit.left === 0) this.#leave(visit.job, desk.stage);
    const pool = desk.pool === undefined ? undefined : known(this.#pools, desk.pool);
    if (pool) {
      pool.free++;
      // Those that waited longest first, and whoever had it last after them.
      const wanted = [...pool.wanted];
      pool.wanted.clear();
      for (const other of wanted) this.#begin(other);
    }
    this.#begin(desk);
  }

  #leave(job: Job, { name, next }: Stage): void {
    if (job.number >= this.#options.warmUp) {
      const left = this.#left.get(name) ?? { latencies: [], firstMs: this.#nowMs, lastMs: this.#nowMs };
      left.latencies.push(this.#nowMs - job.bornMs);
      left.lastMs = this.#nowMs;
      this.#left.set(name, left);
    }
    for (const to of next) this.#arrive(job, to);
  }

  #resultOf({ name, servers = 1 }: Stage): StageResult {
    const { latencies, firstMs, lastMs } = known(this.#left, name);
    const sorted = Float64Array.from(latencies).toSorted();
    const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN;
    return {
      perSecond: ((sorted.length - 1) * 1000) / (lastMs - firstMs),
      meanMs: sorted.reduce((sum, ms) => sum + ms, 0) / sorted.length,
      p50Ms: at(0.5),
      p99Ms: at(0.99),
      busy: (known(this.#desks, name)[0]?.busyMs ?? 0) / (servers * this.#nowMs),
    };
  }

  #draw({ kind, ms }: Service): number {
    return kind === 'fixed' ? ms : -ms * Math.log(1 - this.#random.uniform());
  }

  #in(ms: number, happen: () => void): void {
    this.#events.push({ atMs: this.#nowMs + ms, order: this.#planned++, happen });
  }
}

function desksOf(stage: Stage): Desk[] {
  const { servers = 1, copies, pools = [] } = stage;
  return Array.from({ length: copies?.of ?? 1 }, (_, copy) => ({
    stage,
    waiting: new Waiting<Visit>(),
    pool: pools[copy % pools.length],
    free: servers,
    busyMs: 0,
  }));
}

function known<T>(map: ReadonlyMap<string, T>, name: string): T {
  const found = map.get(name);
  if (found === undefined) throw new RangeError(`nothing of the name ${name} took part`);
  return found;
}
