import type { Choices } from '../board/choices.ts';
import type { TimeRange } from '../board/time-range.ts';

/** What an address of the page shows. */
export type Route =
  | { readonly page: 'board'; readonly uid: string | undefined; readonly words: URLSearchParams }
  | { readonly page: 'alarms'; readonly alarm: string | undefined; readonly words: URLSearchParams }
  | { readonly page: 'silences' }
  | { readonly page: 'none'; readonly path: string };

/** `/`, `/boards/{uid}`, `/alarms`, `/alarms/{id}`, `/silences`, and Grafana's `/d/{uid}/{title}`, so that its links lead here too. */
export function routeOf({ pathname, search }: Pick<URL, 'pathname' | 'search'>): Route {
  const words = new URLSearchParams(search);
  const [place, ...rest] = pathname
    .split('/')
    .filter(part => part !== '')
    .map(decoded);
  if (place === undefined) return { page: 'board', uid: undefined, words };
  if (place === 'boards' || place === 'd') return { page: 'board', uid: rest[0], words };
  if (place === 'alarms') return { page: 'alarms', alarm: rest.join('/') || undefined, words };
  if (place === 'silences') return { page: 'silences' };
  return { page: 'none', path: pathname };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** A board as it is shown now. Parameters are Grafana's: its links work here and ours there. */
export function boardAddress(uid: string, range?: TimeRange, choices: Choices = {}): string {
  const words = new URLSearchParams(range ? { from: range.from, to: range.to } : {});
  for (const [name, value] of Object.entries(choices))
    for (const one of [value].flat()) words.append(`var-${name}`, one);
  const query = words.toString();
  return `/boards/${encodeURIComponent(uid)}${query === '' ? '' : `?${query}`}`;
}

export const alarmAddress = (alarm: string): string =>
  `/alarms/${alarm.split('/').map(encodeURIComponent).join('/')}`;

/** A link that a board gives, with the present range in place of Grafana's variables. */
export const filledLink = (url: string, { from, to }: TimeRange): string =>
  url
    .replaceAll(/\$\{__url_time_range\}/g, new URLSearchParams({ from, to }).toString())
    .replaceAll(/[?&]?\$\{[^}]*\}/g, '');
