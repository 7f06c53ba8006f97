import type { DisplayCaption } from '../../../protocol/live.ts';
import type { Display } from '../../../protocol/messages/display.ts';
import { token } from '../../../protocol/subjects.ts';
import type { Delivered } from '../../../runtime/actor.ts';
import { Body, Effort } from '../http/body.ts';

export type DisplayKind = Display['kind'];

/** A picture as it is served. */
export interface ServedDisplay {
  readonly caption: DisplayCaption;
  readonly png: Body;
}

/** Pictures kept of each detector and kind, the latest first, and how many detectors and kinds: 8 MB each at most. */
export const KEPT = 12;
const SHELVES = 16;

/** The last event displays and waveforms, as stream DISPLAY has them. */
export class DisplaysView {
  /** By detector and kind; the one that was added to last is the last. */
  readonly #shelves = new Map<string, readonly ServedDisplay[]>();

  /** @returns the picture when it is the latest of its kind; what comes again, or late, is not news */
  see(message: Pick<Delivered<Display>, 'body' | 'storedAt'>): ServedDisplay | undefined {
    const caption = captionOf(message);
    const key = keyOf(caption.detector, caption.kind);
    const before = this.#shelves.get(key) ?? [];
    if (before.some(one => one.caption.url === caption.url && one.caption.storedAt >= caption.storedAt))
      return undefined;
    const display = { caption, png: new Body('image/png', message.body.png, Effort.none) };
    // By time and not by sequence: a stream that is made anew begins again with the first.
    const shelf = [display, ...before.filter(one => one.caption.url !== caption.url)]
      .toSorted((a, b) => b.caption.storedAt - a.caption.storedAt)
      .slice(0, KEPT);
    this.#shelves.delete(key);
    this.#shelves.set(key, shelf);
    const [oldest] = this.#shelves.size > SHELVES ? this.#shelves.keys() : [];
    if (oldest !== undefined) this.#shelves.delete(oldest);
    return shelf[0] === display ? display : undefined;
  }

  /** Of every detector and kind, the latest first. */
  list(): readonly (readonly ServedDisplay[])[] {
    return [...this.#shelves].toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([, shelf]) => shelf);
  }

  latest(detector: string, kind: DisplayKind): ServedDisplay | undefined {
    return this.#shelves.get(keyOf(detector, kind))?.[0];
  }

  find(detector: string, kind: DisplayKind, run: number, event: string): ServedDisplay | undefined {
    return this.#shelves
      .get(keyOf(detector, kind))
      ?.find(({ caption }) => caption.run === run && eventOf(caption) === event);
  }
}

/** As in a subject: an address has no capitals to get wrong. */
const keyOf = (detector: string, kind: DisplayKind): string => `${token(detector)} ${kind}`;

/** `17`, or `17~1` for a further event under the same serial. */
const eventOf = ({ serial, copy }: Pick<DisplayCaption, 'serial' | 'copy'>): string =>
  copy === 0 ? `${serial}` : `${serial}~${copy}`;

function captionOf({ body, storedAt }: Pick<Delivered<Display>, 'body' | 'storedAt'>): DisplayCaption {
  const { png: _png, equipment: _equipment, ...shown } = body;
  const url = `/api/v1/displays/${token(body.detector)}/${body.kind}/${body.run}/${eventOf(body)}.png`;
  return { ...shown, storedAt, url };
}
