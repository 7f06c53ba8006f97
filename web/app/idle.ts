import { isDialogOpen } from './dialog.ts';

const IDLE_MS = 60_000;

/** Knows when nobody has touched the page for a minute, and nothing is being written. */
export class Idle {
  #touchedAt = performance.now();

  constructor() {
    for (const event of ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart'])
      addEventListener(event, () => (this.#touchedAt = performance.now()), { passive: true });
  }

  get is(): boolean {
    return performance.now() - this.#touchedAt > IDLE_MS && !isDialogOpen();
  }
}
