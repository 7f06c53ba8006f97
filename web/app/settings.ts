/** What this browser remembers between visits. A browser that keeps nothing still shows the page. */
export type Setting = 'theme' | 'sound' | 'reloaded-for';

const key = (setting: Setting): string => `spillway.${setting}`;

export function remembered(setting: Setting): string | undefined {
  try {
    return localStorage.getItem(key(setting)) ?? undefined;
  } catch {
    return undefined;
  }
}

export function remember(setting: Setting, value: string): void {
  try {
    localStorage.setItem(key(setting), value);
  } catch {
    // Private windows and full disks: the setting lasts as long as the page.
  }
}
