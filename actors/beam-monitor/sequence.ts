/** Callbacks that may be under way at once and overtake each other: far fewer; 64 are two minutes of spills. */
const WINDOW = 64;

/**
 * Follows the numbers of one registration's callbacks. A number that does not come while the next 64 do is a
 * callback the front end gave up on: nothing else tells of it.
 */
export class Sequence {
  #highest: number | undefined;
  /** Ascending. */
  readonly #holes = new Set<number>();

  /** Takes a number in; returns how many callbacks are lost as far as it tells. */
  see(number: number): number {
    const highest = this.#highest ?? number;
    if (number <= highest) {
      this.#highest = highest;
      this.#holes.delete(number);
      return 0;
    }
    this.#highest = number;
    const hopeless = number - WINDOW;
    let lost = Math.max(0, hopeless - (highest + 1));
    for (let hole = Math.max(highest + 1, hopeless); hole < number; hole++) this.#holes.add(hole);
    for (const hole of this.#holes) {
      if (hole >= hopeless) break;
      this.#holes.delete(hole);
      lost++;
    }
    return lost;
  }
}
