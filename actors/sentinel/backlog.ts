/** Tells once when the events that wait become too many, and once when they are few again: half as many, lest it flutters. */
export class Backlog {
  readonly #limit: number;
  #waiting = 0;
  #over = false;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get waiting(): number {
    return this.#waiting;
  }

  saw(waiting: number): 'over' | 'under' | undefined {
    this.#waiting = waiting;
    if (this.#over ? waiting > this.#limit / 2 : waiting <= this.#limit) return undefined;
    this.#over = !this.#over;
    return this.#over ? 'over' : 'under';
  }
}
