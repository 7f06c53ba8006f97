import type { DisplayCaption } from '../../protocol/live.ts';

/** Which of some pictures is looked at: the newest as they come, or an older one for as long as somebody looks at it. */
export interface Leafing {
  /** Of the one that somebody went back to; undefined: the newest. */
  readonly url: string | undefined;
}

export const NEWEST: Leafing = { url: undefined };

/** The picture that is looked at and its place, 0 for the newest; one that has gone makes place for the oldest there is. */
export function lookedAt(
  { url }: Leafing,
  list: readonly DisplayCaption[],
): { readonly caption: DisplayCaption; readonly place: number } | undefined {
  const found = url === undefined ? 0 : list.findIndex(one => one.url === url);
  const place = found < 0 ? list.length - 1 : found;
  const caption = list[place];
  return caption && { caption, place };
}

/** @param by pictures further back; negative: forward */
export function leaf(leafing: Leafing, list: readonly DisplayCaption[], by: number): Leafing {
  const place = (lookedAt(leafing, list)?.place ?? 0) + by;
  const last = list.length - 1;
  return place <= 0 ? NEWEST : { url: list[Math.min(place, last)]?.url };
}
