/** Elements that take letters themselves. */
const isWriting = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName));

/** How long `g` waits for what follows. */
const PREFIX_MS = 1500;

/** Keys of the whole page; `g` waits for another one. */
class Keys {
  readonly #take: (key: string, event: KeyboardEvent) => boolean;
  #prefixAt = -Infinity;

  constructor(take: (key: string, event: KeyboardEvent) => boolean) {
    this.#take = take;
  }

  pressed(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (document.querySelector('dialog[open]')) return;
    if (isWriting(event.target)) {
      if (event.key === 'Escape' && event.target instanceof HTMLElement) event.target.blur();
      return;
    }
    // Space and Enter belong to what has the focus.
    const isPressed = event.target instanceof HTMLElement && event.target.closest('a, button, summary');
    if (isPressed && (event.key === ' ' || event.key === 'Enter')) return;
    const prefixed = event.timeStamp - this.#prefixAt < PREFIX_MS;
    this.#prefixAt = -Infinity;
    if (!prefixed && event.key === 'g') {
      this.#prefixAt = event.timeStamp;
      return;
    }
    if (this.#take(prefixed ? `g ${event.key}` : event.key, event)) event.preventDefault();
  }
}

/** @param take gets `g 1` for a `g` and a `1` after it; returns whether that meant something */
export function listenToKeys(take: (key: string, event: KeyboardEvent) => boolean): void {
  const keys = new Keys(take);
  addEventListener('keydown', event => keys.pressed(event));
}
