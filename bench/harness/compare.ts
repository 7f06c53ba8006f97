import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Absent, Comparison, Contender } from './comparison.ts';
import { type Result, resultsOf, type Seen, type TimedRound } from './result.ts';

export interface CompareOptions {
  readonly quick: boolean;
  readonly signal: AbortSignal;
  /** Tells what is going on, a line at a time. */
  readonly say: (line: string) => void;
}

/** Rounds of the quick subset, at most. */
const QUICK_ROUNDS = 3;

/**
 * Runs one comparison: equal answers first, then a round each that is not counted, then rounds in turn (A B A B ...).
 * A contender other than ours that fails is left out with the reason.
 * @throws Error where answers differ, with both; where ours fails; where there is no contender of ours.
 */
export async function compare(comparison: Comparison, options: CompareOptions): Promise<Result[]> {
  const { quick, signal, say } = options;
  const directory = await mkdtemp(join(tmpdir(), `spillway-bench-${comparison.name}-`));
  await using stack = new AsyncDisposableStack();
  stack.defer(() => rm(directory, { recursive: true, force: true }));

  const all = await comparison.contenders({ directory, quick, signal });
  for (const one of all) if (!isAbsent(one)) stack.use(one);
  const field = new Field(all);
  await agree(field, say);
  const rounds = quick ? Math.min(comparison.rounds, QUICK_ROUNDS) : comparison.rounds;
  for (let round = 0; round <= rounds; round++) {
    for (const contender of field.present()) {
      signal.throwIfAborted();
      const timed = await field.attempt(contender, () => timedRound(contender));
      if (timed === undefined) continue;
      const counted = round > 0;
      if (counted) field.add(contender, timed);
      say(
        `${comparison.name}  ${counted ? `round ${round}/${rounds}` : 'warm-up'}  ${contender.name}: ${timed.figure.toPrecision(4)} ${comparison.unit}`,
      );
    }
  }
  return resultsOf(comparison, field.seen());
}

/** Those who take part, and what has been seen of each. */
class Field {
  readonly #all: readonly (Contender | Absent)[];
  readonly #failed = new Map<Contender, string>();
  readonly #rounds = new Map<Contender, TimedRound[]>();

  constructor(all: readonly (Contender | Absent)[]) {
    const ours = all[0];
    if (ours === undefined || isAbsent(ours)) {
      throw new Error(ours === undefined ? 'nobody takes part' : `ours is not there: ${ours.absent}`);
    }
    this.#all = all;
  }

  present(): Contender[] {
    return this.#all.filter(isPresent).filter(one => !this.#failed.has(one));
  }

  /** What `work` gives, or undefined where a contender other than ours fails, which is out then. */
  async attempt<T>(contender: Contender, work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      if (contender === this.#all[0]) throw error;
      this.#failed.set(contender, `failed: ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    }
  }

  add(contender: Contender, round: TimedRound): void {
    const rounds = this.#rounds.get(contender);
    if (rounds === undefined) this.#rounds.set(contender, [round]);
    else rounds.push(round);
  }

  seen(): Seen[] {
    return this.#all.map(one => {
      if (isAbsent(one)) return { name: one.name, skipped: one.absent, install: one.install };
      const failure = this.#failed.get(one);
      if (failure !== undefined) return { name: one.name, skipped: failure };
      return { name: one.name, rounds: this.#rounds.get(one) ?? [] };
    });
  }
}

/** @throws Error with both answers where two differ. */
async function agree(field: Field, say: (line: string) => void): Promise<void> {
  let first: { name: string; answer: string } | undefined;
  for (const contender of field.present()) {
    const answer = await field.attempt(contender, async () => contender.answer?.());
    if (answer === undefined) continue;
    first ??= { name: contender.name, answer };
    if (answer !== first.answer) {
      throw new Error(
        `answers differ\n${first.name}: ${excerpt(first.answer, answer)}\n${contender.name}: ${excerpt(answer, first.answer)}`,
      );
    }
    say(`${contender.name} answers ${answer.length > 60 ? `${answer.slice(0, 60)}…` : answer}`);
  }
}

/** The part of a long answer in which it begins to differ from another. */
export function excerpt(answer: string, other: string, length = 200): string {
  let at = 0;
  while (at < answer.length && answer[at] === other[at]) at++;
  const from = Math.max(0, Math.min(at - 40, answer.length - length));
  const part = answer.slice(from, from + length);
  return `${from > 0 ? '…' : ''}${part}${from + length < answer.length ? '…' : ''}`;
}

async function timedRound(contender: Contender): Promise<TimedRound> {
  const started = performance.now();
  const round = await contender.round();
  return { ...round, seconds: (performance.now() - started) / 1000 };
}

const isAbsent = (one: Contender | Absent): one is Absent => 'absent' in one;
const isPresent = (one: Contender | Absent): one is Contender => !isAbsent(one);
