import type { Severity } from '../../protocol/alarm/severity.ts';
import type { AlarmChange } from '../../protocol/messages/alarm-change.ts';
import { shownSeverity } from './words.ts';

export interface Filter {
  /** Words that must all be in it. */
  readonly text: string;
  /** Empty: any. */
  readonly severity: Severity | '';
  /** An area and all below it; empty: any. */
  readonly area: string;
}

export const NO_FILTER: Filter = { text: '', severity: '', area: '' };

/** Made once per change: there may be tens of thousands, and a key is pressed for every letter. */
const haystacks = new WeakMap<AlarmChange, string>();

function haystack(change: AlarmChange): string {
  let made = haystacks.get(change);
  if (made === undefined) {
    const { alarm, title, reason, owner = '', comment, acknowledged, labels } = change;
    const words = [alarm, title, reason, owner, comment?.note, acknowledged?.by, ...Object.values(labels)];
    made = words.join('\n').toLowerCase();
    haystacks.set(change, made);
  }
  return made;
}

/** The changes that fit, in their order. */
export function filtered(
  list: readonly AlarmChange[],
  { text, severity, area }: Filter,
): readonly AlarmChange[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0 && severity === '' && area === '') return list;
  const below = `${area}/`;
  return list.filter(
    change =>
      (severity === '' || shownSeverity(change) === severity) &&
      (area === '' || change.alarm.startsWith(below)) &&
      words.every(word => haystack(change).includes(word)),
  );
}

/** Areas of alarms to choose from, of the first two levels. */
export function areasOf(list: readonly AlarmChange[]): string[] {
  const areas = new Set<string>();
  for (const { alarm } of list) {
    const parts = alarm.split('/');
    for (const depth of [1, 2]) if (parts.length > depth) areas.add(parts.slice(0, depth).join('/'));
  }
  return [...areas].toSorted();
}
