/** How long one piece of work takes, in milliseconds. */
export interface Service {
  readonly kind: 'fixed' | 'exponential';
  /** Mean. */
  readonly ms: number;
}

/** A part of the way: a queue and whoever works on it. */
export interface Stage {
  readonly name: string;
  readonly service: Service;
  /** Who share the queue, e.g. worker processes; 1 when left out. */
  readonly servers?: number;
  /** One service takes all that wait, up to `most`, and `eachMs` more for each beyond the first: a sync, an insert. */
  readonly batch?: { readonly most: number; readonly eachMs: number };
  /** Every job is worked on by each of `of` copies, and goes on when `quorum` of them have done it: replicas of a stream. */
  readonly copies?: { readonly of: number; readonly quorum: number };
  /** What else is needed while it works, e.g. a core of the machine; copies may each have their own. */
  readonly pools?: readonly string[];
  /** Where each job goes from here, to all of them at once. */
  readonly next: readonly string[];
}

/** Stages that jobs come to from outside and pass through until they reach one without a next. */
export interface Network {
  /** Jobs come to the first one. */
  readonly stages: readonly [Stage, ...Stage[]];
  /** How many may have each pool at once. */
  readonly pools?: Readonly<Record<string, number>>;
  readonly arrivals: { readonly kind: 'fixed' | 'exponential'; readonly perSecond: number };
}

/** What came of it, of jobs after the warm-up. */
export interface StageResult {
  /** Jobs that left the stage, per second. */
  readonly perSecond: number;
  /** From the arrival in the network until the job left this stage, in milliseconds. */
  readonly meanMs: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Share of the time in which its servers, of the first copy, were at work: 0 to 1. */
  readonly busy: number;
}
