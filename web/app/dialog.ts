import { element } from '../dom.ts';

/** A dialog over the page, which closes by Esc, its cross and `close()`, and then is gone. */
export function openDialog(title: string, ...content: readonly Node[]): HTMLDialogElement {
  const close = element('button', { type: 'button', class: 'quiet', 'aria-label': 'Close' }, '✕');
  const made = element(
    'dialog',
    { 'aria-label': title },
    element('header', {}, element('h2', {}, title), close),
    ...content,
  );
  close.addEventListener('click', () => made.close());
  made.addEventListener('close', () => made.remove());
  document.body.append(made);
  made.showModal();
  return made;
}

export const isDialogOpen = (): boolean => document.querySelector('dialog[open]') !== null;
