import type { Dashboard, Variable } from '../../dashboards/model.ts';
import { asText } from '../frame/format.ts';

/** What is chosen for each variable of a board. */
export type Choices = Readonly<Record<string, string | readonly string[]>>;

/** As the gateway and Grafana have it. */
export const ALL_CHOSEN = '$__all';

/** Choices of an address (`var-device=E:HPTGT`), else those the board was saved with. */
export function choicesOf(board: Dashboard, address: URLSearchParams): Choices {
  return Object.fromEntries(
    board.templating.list.flatMap(({ name, type, current, multi }) => {
      if (type === 'datasource') return [];
      const given = address.getAll(`var-${name}`);
      if (given.length > 0) return [[name, multi === true ? given : (given[0] ?? '')]];
      const saved = current['value'];
      return [[name, Array.isArray(saved) ? saved.map(asText) : asText(saved)]];
    }),
  );
}

/** A text with what is chosen in place of `${name}`; nothing where nothing is, and the first where several are. */
export const filled = (text: string, choices: Choices): string =>
  text.replaceAll(/\$\{(\w+)\}/g, (_match, name: string) => {
    const [first = ''] = Object.hasOwn(choices, name) ? [choices[name] ?? ''].flat() : [];
    return first;
  });

/** What people read for a value: the word that the board saved with its choice may be another, such as "all" for `-1`. */
export function nameOf({ current }: Pick<Variable, 'current'>, value: string): string {
  if (value === ALL_CHOSEN) return 'All';
  return value === current['value'] ? asText(current['text'] ?? value) : value;
}
