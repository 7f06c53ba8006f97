import { reloadedFor, rememberReload } from './settings.ts';

/** Once for each version: what a proxy keeps must not make the page reload for ever. */
export function reloadFor(version: string): void {
  if (reloadedFor() === version) return;
  rememberReload(version);
  location.reload();
}

export function writeAddress(address: string): void {
  try {
    history.replaceState(null, '', address);
  } catch {
    // Browsers count how often; a key that is held down moves faster than the address needs to.
  }
}
