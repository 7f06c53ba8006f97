import { Severity } from '../../protocol/alarm/severity.ts';
import { drawing, element } from '../dom.ts';
import { SEVERITY_WORDS } from './words.ts';

/** One outline per severity, within a square of 16: told apart without colour. */
const OUTLINES: Readonly<Record<Severity, string>> = {
  NO_ALARM: 'M8 2.5a5.5 5.5 0 1 0 0 11a5.5 5.5 0 1 0 0-11z',
  MINOR: 'M8 2L15 14H1z',
  MAJOR: 'M8 .8L15.2 8L8 15.2L.8 8z',
  INVALID: 'M2 2H14V14H2z',
};

const CLASSES: Readonly<Record<Severity, string>> = {
  [Severity.noAlarm]: 'good',
  [Severity.minor]: 'minor',
  [Severity.major]: 'major',
  [Severity.invalid]: 'invalid',
};

export const severityClass = (severity: Severity): string => CLASSES[severity];

/** Shape and word. @param open filled while nobody has acknowledged it, an outline from then on */
export function badge(severity: Severity, open: boolean): HTMLElement {
  const shape = drawing(
    'svg',
    { viewBox: '0 0 16 16', 'aria-hidden': 'true' },
    drawing('path', { d: OUTLINES[severity] }),
    ...(severity === Severity.invalid
      ? [drawing('path', { class: 'cross', d: 'M5 5L11 11M11 5L5 11' })]
      : []),
  );
  return element(
    'span',
    { class: `badge ${severityClass(severity)}${open ? ' open' : ''}` },
    shape,
    element('b', {}, SEVERITY_WORDS[severity]),
  );
}

/** The same outline on a canvas, for the icon in the browser's tab. */
export const outlineOf = (severity: Severity): Path2D => new Path2D(OUTLINES[severity]);
