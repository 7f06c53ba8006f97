import { ApiError, type Who } from '../net/answers.ts';
import type { Api } from '../net/api.ts';

/** Asked no oftener than this, however many requests are refused at once. */
const CHECK_MS = 10_000;

const AGAIN_MS = 2_000;

/** Who uses the page, and whether that has ended without their doing. */
export class Session {
  readonly #api: Api;
  readonly #changed: () => void;
  #who: Who | undefined;
  #expired = false;
  #checkedAt = -Infinity;

  constructor(api: Api, changed: () => void) {
    this.#api = api;
    this.#changed = changed;
  }

  get who(): Who | undefined {
    return this.#who;
  }

  get expired(): boolean {
    return this.#expired;
  }

  /** Asks the gateway. @throws TypeError when it cannot be reached */
  async ask(): Promise<void> {
    this.#became(await this.#api.who());
  }

  /** Asks until the gateway answers: it may be starting. */
  async begin(): Promise<void> {
    for (;;) {
      try {
        return await this.ask();
      } catch {
        const { promise, resolve } = Promise.withResolvers<void>();
        setTimeout(resolve, AGAIN_MS);
        await promise;
      }
    }
  }

  signedIn(who: Who): void {
    this.#expired = false;
    this.#who = who;
    this.#changed();
  }

  /** @returns where to go on signing out */
  async signOut(): Promise<string | undefined> {
    const elsewhere = await this.#api.signOut();
    this.#who = undefined;
    return elsewhere;
  }

  /**
   * Something was refused, or the connection went: perhaps the session is over.
   * @param told the gateway has said so
   */
  doubt(told = false): void {
    if (!told && performance.now() - this.#checkedAt < CHECK_MS) return;
    this.#checkedAt = performance.now();
    this.ask().catch(() => {
      // The gateway is away: that says nothing about the session.
    });
  }

  /** A request failed: refusals of the person are a reason to doubt. */
  failed(error: unknown): void {
    if (error instanceof ApiError && (error.status === 401 || error.status === 403)) this.doubt();
  }

  #became(who: Who | undefined): void {
    const had = this.#who?.by === 'session';
    if (had && who?.by !== 'session') this.#expired = true;
    if (who?.by === 'session') this.#expired = false;
    this.#who = who;
    this.#changed();
  }
}
