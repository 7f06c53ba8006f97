import { remember, remembered } from './settings.ts';

export type Theme = 'light' | 'dark';

const dark = matchMedia('(prefers-color-scheme: dark)');

const system = (): Theme => (dark.matches ? 'dark' : 'light');

/** The theme that was chosen here, else that of the system. */
export const theme = (): Theme => {
  const chosen = remembered('theme');
  return chosen === 'light' || chosen === 'dark' ? chosen : system();
};

const apply = (): void => {
  document.documentElement.dataset['theme'] = theme();
};

export function toggleTheme(): void {
  const next = theme() === 'dark' ? 'light' : 'dark';
  // What the system says needs no memory: the page follows it again.
  remember('theme', next === system() ? '' : next);
  apply();
}

/** Applies the theme, now and whenever the system changes its mind. @param changed colours are others now */
export function followTheme(changed: () => void): void {
  apply();
  dark.addEventListener('change', () => {
    apply();
    changed();
  });
}
