/** What this browser remembers between visits. */
export type Setting = 'theme' | 'sound';

/** A browser that keeps nothing (private windows, full disks) still shows the page: then it lasts as long as the page. */
function read(storage: () => Storage, key: string): string | undefined {
  try {
    return storage().getItem(key) ?? undefined;
  } catch {
    return undefined;
  }
}

function write(storage: () => Storage, key: string, value: string): void {
  try {
    storage().setItem(key, value);
  } catch {
    // As above.
  }
}

export const remembered = (setting: Setting): string | undefined =>
  read(() => localStorage, `spillway.${setting}`);

export const remember = (setting: Setting, value: string): void =>
  write(() => localStorage, `spillway.${setting}`, value);

const RELOADED = 'spillway.reloaded-for';

/** The version for which this tab has reloaded by itself. */
export const reloadedFor = (): string | undefined => read(() => sessionStorage, RELOADED);

export const rememberReload = (version: string): void => write(() => sessionStorage, RELOADED, version);
