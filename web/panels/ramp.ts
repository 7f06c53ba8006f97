import { element } from '../dom.ts';

/** What the colours of a map stand for: the lowest value, the colours, the highest. */
export const ramp = (low: string, high: string): HTMLElement =>
  element('span', {}, low, element('i', { class: 'ramp', 'aria-hidden': 'true' }), high);
