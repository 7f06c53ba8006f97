import type { News } from './news.ts';

export interface Entry {
  readonly sequence: number;
  readonly news: News;
}

/**
 * What a part of ALARM says to viewers, without a gap: every message of the stream after `from`, up to and with `head`, that says
 * something to them is here, in order and once. It grows at its end, message by message, and at its begin, by what is read
 * from the stream; a viewer is a position in it.
 */
export class AlarmLog {
  #entries: Entry[] = [];
  #from: number;
  #head: number;
  readonly #most: number;

  /** @param most entries kept, about */
  constructor(head: number, most: number) {
    this.#from = head;
    this.#head = head;
    this.#most = most;
  }

  get from(): number {
    return this.#from;
  }

  get head(): number {
    return this.#head;
  }

  /** The next message, and what it says. */
  append(sequence: number, news: News | undefined): void {
    this.#head = sequence;
    if (!news) return;
    this.#entries.push({ sequence, news });
    if (this.#entries.length <= this.#most * 2) return;
    const gone = this.#entries.splice(0, this.#entries.length - this.#most);
    this.#from = gone.at(-1)?.sequence ?? this.#from;
  }

  /** What stands before it: every message after `from` that says something. */
  prepend(from: number, entries: readonly Entry[]): void {
    this.#entries = [...entries, ...this.#entries];
    this.#from = from;
  }

  /** Begins anew at a position: what was before is of no use to anybody. */
  cut(head: number): void {
    this.#entries = [];
    this.#from = this.#head = head;
  }

  /** What follows a position; undefined where not all of it is here. */
  after(sequence: number): readonly Entry[] | undefined {
    if (sequence < this.#from || sequence > this.#head) return undefined;
    // Nearly everybody is nearly at the end.
    return this.#entries.slice(this.#entries.findLastIndex(entry => entry.sequence <= sequence) + 1);
  }
}
