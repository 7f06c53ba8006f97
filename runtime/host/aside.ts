/** So many are remembered: more than a lane meets again, which goes back to where its effect's other side is. */
const KEPT = 256;

/**
 * What a lane has put aside lately. After a restart it may meet the same messages again, since the other side, which tells how far it is, has
 * nothing of them; a second letter would bring back what an operator has replayed or forgotten. JetStream knows the first for ten minutes only.
 */
export class Aside {
  #sequences: readonly number[];

  constructor(sequences: readonly number[]) {
    this.#sequences = sequences;
  }

  /** As it is written down, in the order in which they were put aside. */
  get sequences(): readonly number[] {
    return this.#sequences;
  }

  has(sequence: number): boolean {
    return this.#sequences.includes(sequence);
  }

  add(sequence: number): void {
    if (this.has(sequence)) return;
    this.#sequences = [...this.#sequences, sequence].slice(-KEPT);
  }
}
