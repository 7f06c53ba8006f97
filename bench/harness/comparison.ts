/** One piece of work, done by us, by those whom people would use instead, and by the least that could do it (the limit). */
export interface Comparison {
  /** As given on the command line and in the JSON, e.g. `xml-rpc-decode`. */
  readonly name: string;
  /** For the table, e.g. "XML-RPC decode of a NuMI callback, 1,721 values". */
  readonly title: string;
  /** Of the figures, e.g. `callbacks/s`. */
  readonly unit: string;
  readonly better: 'more' | 'less';
  /** Whether it is part of the quick subset, which takes less than three minutes altogether. */
  readonly quick: boolean;
  readonly goals: readonly Goal[];
  /** Rounds of every contender after one that is not counted; fewer where a round takes long. */
  readonly rounds: number;
  /** Ours is the first. What a contender needs is acquired here and let go of when it is disposed of. */
  contenders(setting: Setting): Promise<readonly (Contender | Absent)[]>;
}

/** What is promised: how many times another one's figure ours must reach, or a figure of its own. */
export type Goal =
  | { readonly against: string; readonly times: number }
  | { readonly figure: number; readonly source: string };

export interface Setting {
  /** Empty, on disk, removed afterwards. */
  readonly directory: string;
  /** True for the quick subset: rounds may be shorter. */
  readonly quick: boolean;
  readonly signal: AbortSignal;
}

export interface Contender extends AsyncDisposable {
  /** `spillway`, or the name and version of another. */
  readonly name: string;
  /**
   * What it makes of the same input, in a form that all share, e.g. a digest of the decoded values. All that have one must agree
   * before anything is timed.
   */
  answer?(): Promise<string>;
  round(): Promise<Round>;
}

/** One measurement. */
export interface Round {
  /** In the unit of the comparison. */
  readonly figure: number;
  /** Processor time of whoever does the work, in seconds. */
  readonly cpuSeconds?: number;
  /** Highest resident memory of whoever does the work, in bytes. */
  readonly peakBytes?: number;
}

/** A contender that cannot be had on this machine. */
export interface Absent {
  readonly name: string;
  readonly absent: string;
  /** How to install it. */
  readonly install: string;
}
