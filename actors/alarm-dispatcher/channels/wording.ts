import { AlarmState } from '../../../protocol/alarm/alarm-state.ts';
import type { Notice, NoticeItem } from '../../../protocol/messages/notice.ts';

const STATE_WORDS: Readonly<Record<AlarmState, string>> = {
  [AlarmState.normal]: 'RETURNED',
  [AlarmState.unacknowledged]: '',
  [AlarmState.acknowledged]: 'ACKNOWLEDGED',
  [AlarmState.returnedUnacknowledged]: 'RETURNED',
  [AlarmState.latchedUnacknowledged]: 'LATCHED',
  [AlarmState.latchedAcknowledged]: 'LATCHED',
  [AlarmState.shelved]: 'SHELVED',
  [AlarmState.suppressed]: 'SUPPRESSED',
  [AlarmState.outOfService]: 'OUT OF SERVICE',
};

/** `MAJOR`, `MAJOR, ACKNOWLEDGED`, `RETURNED`: what stands before the title of an alarm. */
export const stateWords = ({ firing, severity, state }: NoticeItem): string => {
  if (!firing) return STATE_WORDS[state] || 'OVER';
  return [severity, STATE_WORDS[state]].filter(Boolean).join(', ');
};

const KIND_WORDS: Readonly<Record<Notice['kind'], string>> = {
  page: '',
  update: '',
  repeat: 'Still there: ',
  escalation: 'Nobody has acknowledged: ',
  digest: '',
  silence: '',
};

/** The notice in a line. `repeated`: it may have been told before. */
export const headline = ({ kind, title }: Notice, repeated: boolean): string =>
  `${KIND_WORDS[kind]}${title}${repeated ? ' (perhaps told twice)' : ''}`;

/** How many alarms of a notice are not among the `shown` first. */
export const countMore = ({ items, more }: Notice, shown: number): number => items.length - shown + more;

/** Name and text of what is known about an item, in the order in which people want it; nothing that is empty. */
export const facts = (item: NoticeItem): readonly (readonly [name: string, value: string])[] =>
  (
    [
      ['Value', item.value],
      ['Limit', item.limit],
      ['Mode', item.mode],
      ['By', item.by],
      ['Note', item.note],
    ] as const
  ).filter(([, value]) => value.trim() !== '');

/**
 * An address that a reader can follow: http or https, without credentials, at most 2000 characters.
 * @param base where a link without a host leads
 */
export function followable(link: string, base: string | undefined): string | undefined {
  const url = URL.parse(link.trim(), base);
  if (link.trim() === '' || url === null || !/^https?:$/.test(url.protocol)) return undefined;
  if (url.username !== '' || url.password !== '' || url.href.length > 2000) return undefined;
  return url.href;
}
