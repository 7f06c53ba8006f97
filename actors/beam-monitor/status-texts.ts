import type { BeamsServer } from './beams-server.ts';

/** There are some dozens of them; a front end gone wild must not fill our memory. */
const MOST_TEXTS = 1000;
/** At once, so that a burst of bad statuses is no burst of requests. */
const MOST_ASKED = 4;
/** Readings wait no longer than this for words that explain them. */
const PATIENCE_MS = 2_000;

/** The front end's words for status numbers (`getErrorInfo`), asked for once each. */
export class StatusTexts {
  readonly #server: BeamsServer;
  readonly #signal: AbortSignal;
  /** Empty while the answer is under way, and for a status the server cannot tell. */
  readonly #texts = new Map<number, string>();
  #asking = 0;

  constructor(server: BeamsServer, signal: AbortSignal) {
    this.#server = server;
    this.#signal = signal;
  }

  /** The words, if they are known by now; otherwise asks for them without waiting: data goes first. */
  readonly textOf = (status: number): string | undefined => {
    const text = this.#texts.get(status);
    if (text === undefined) void this.learn(status);
    return text || undefined;
  };

  /** Resolves when the words for a status are known, or cannot be known now. */
  async learn(status: number): Promise<void> {
    if (this.#texts.has(status) || this.#texts.size >= MOST_TEXTS || this.#asking >= MOST_ASKED) return;
    this.#texts.set(status, '');
    this.#asking++;
    try {
      const signal = AbortSignal.any([this.#signal, AbortSignal.timeout(PATIENCE_MS)]);
      this.#texts.set(status, await this.#server.getErrorInfo(status, signal));
    } catch {
      // The number stands in the readings all the same; the next one asks again.
      this.#texts.delete(status);
    } finally {
      this.#asking--;
    }
  }
}
