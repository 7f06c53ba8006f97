/**
 * Colours by Grafana's names, as variables of the style sheet, which has them for light and dark. Where green stands
 * for good and red for bad the word is there too: nothing on the page is said by colour alone.
 */
const NAMED: Readonly<Record<string, string>> = {
  green: '--good',
  blue: '--info',
  'light-blue': '--info',
  yellow: '--minor',
  orange: '--warn',
  red: '--major',
  'dark-red': '--major',
  purple: '--invalid',
  'semi-dark-purple': '--invalid',
  gray: '--faint',
  text: '--text',
};

/** Lines of a plot: Okabe and Ito's palette, told apart by readers with any colour vision, in the order of its contrast. */
export const LINES = 8;

/** The value of a colour variable of the style sheet now, for canvases, which cannot use variables. */
const variable = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(name).trim();

export const lineColor = (index: number): string => variable(`--line-${index % LINES}`);

/** @param name of Grafana's, or any CSS colour; undefined: that of text */
export function color(name: string | undefined): string {
  if (name === undefined) return variable('--text');
  if (name === 'transparent') return 'transparent';
  const known = NAMED[name];
  return known === undefined ? name : variable(known);
}

/** The same as a class name, for elements: the style sheet does the rest. */
export const colorClass = (name: string | undefined): string =>
  name === undefined || name === 'transparent' ? '' : `c${NAMED[name] ?? '--text'}`;

/** Viridis (Smith and van der Walt 2015, CC0) at nine points: even to the eye, and in grey. */
const VIRIDIS = [
  [68, 1, 84],
  [71, 44, 122],
  [59, 81, 139],
  [44, 113, 142],
  [33, 144, 141],
  [39, 173, 129],
  [92, 200, 99],
  [170, 220, 50],
  [253, 231, 37],
] as const;

/** @param share 0 to 1 @returns red, green, blue */
export function viridis(share: number): readonly [number, number, number] {
  const at = Math.min(1, Math.max(0, share)) * (VIRIDIS.length - 1);
  const low = VIRIDIS[Math.floor(at)] ?? VIRIDIS[0];
  const high = VIRIDIS[Math.ceil(at)] ?? low;
  const part = at - Math.floor(at);
  return [0, 1, 2].map(index => {
    const from = low[index] ?? 0;
    return Math.round(from + ((high[index] ?? 0) - from) * part);
  }) as [number, number, number];
}
