import type { DisplayCaption } from '../../protocol/live.ts';
import { token } from '../../protocol/subjects.ts';

type Kind = DisplayCaption['kind'];

/** As many of each detector and kind as the gateway keeps. */
const MOST = 12;

/** Pictures for people that there are, newest first. Their bytes are fetched by whoever shows one. */
export class DisplayBook {
  readonly #shelves = new Map<string, readonly DisplayCaption[]>();
  readonly #listeners = new Set<() => void>();

  /** More pictures, in any order; known ones stay what they are. */
  take(...captions: readonly DisplayCaption[]): void {
    for (const caption of captions) {
      const key = `${token(caption.detector)} ${caption.kind}`;
      const before = (this.#shelves.get(key) ?? []).filter(({ url }) => url !== caption.url);
      this.#shelves.set(key, [caption, ...before].toSorted((a, b) => b.storedAt - a.storedAt).slice(0, MOST));
    }
    for (const listener of this.#listeners) listener();
  }

  /** @param detector empty: whichever has the newest picture */
  list(detector: string, kind: Kind): readonly DisplayCaption[] {
    if (detector !== '') return this.#shelves.get(`${token(detector)} ${kind}`) ?? [];
    return [...this.#shelves.values()]
      .filter(shelf => shelf[0]?.kind === kind)
      .reduce<readonly DisplayCaption[]>(
        (newest, shelf) => ((shelf[0]?.storedAt ?? 0) > (newest[0]?.storedAt ?? 0) ? shelf : newest),
        [],
      );
  }

  /** Calls back after every change. @returns stops it */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}
