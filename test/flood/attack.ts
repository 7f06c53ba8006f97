/** What attackers met with, by kind of answer: HTTP status, WebSocket close code, or how the connection ended. */
export type Answers = Record<string, number>;

/** Where an attack is aimed, and what it may use. */
export interface Aim {
  readonly host: string;
  readonly port: number;
  readonly path: string;
  /** Addresses to come from; Linux has all of 127.0.0.0/8. */
  readonly sources: readonly string[];
  /** 1 is the full size; a test takes a part. */
  readonly scale: number;
  /** A bearer token that is good, where the attack is one by somebody who has it. */
  readonly token?: string | undefined;
}

export interface Flooding extends Aim {
  readonly signal: AbortSignal;
  readonly count: (answer: string) => void;
}

/** One way of being a nuisance; ends soon after its signal aborts. */
export interface Attack {
  readonly name: string;
  run(flooding: Flooding): Promise<void>;
}
