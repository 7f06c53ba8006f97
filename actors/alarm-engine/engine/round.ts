import type { Definition } from './definition.ts';

/** Alarms to be evaluated, parents before those that they mask, each once. More may be added while it goes on, of higher ranks. */
export class Round {
  /** By rank; the value is whether the inputs of the alarm have come anew. */
  readonly #ranks: Map<Definition, boolean>[] = [];

  static of(definitions: Iterable<Definition>): Round {
    return new Round().addAll(definitions, false);
  }

  addAll(definitions: Iterable<Definition>, sample: boolean): this {
    for (const definition of definitions) {
      this.#ranks[definition.rank] ??= new Map();
      const rank = this.#ranks[definition.rank];
      if (rank && (sample || !rank.has(definition))) rank.set(definition, sample);
    }
    return this;
  }

  *[Symbol.iterator](): Generator<readonly [definition: Definition, sample: boolean]> {
    for (let rank = 0; rank < this.#ranks.length; rank++) yield* this.#ranks[rank] ?? [];
  }
}
