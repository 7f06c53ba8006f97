import { Severity } from '../../protocol/alarm/severity.ts';
import type { AlarmChange, ShownValue } from '../../protocol/messages/alarm-change.ts';
import type { EventTime } from '../../protocol/time.ts';
import { figures } from '../frame/format.ts';

/** Milliseconds since 1970. */
export const millis = ({ seconds, nanoseconds }: EventTime): number => seconds * 1000 + nanoseconds / 1e6;

/** What an alarm counts as: what has returned is as bad as it was. */
export const shownSeverity = ({ severity, peak }: Pick<AlarmChange, 'severity' | 'peak'>): Severity =>
  severity === Severity.noAlarm ? peak : severity;

/** States as people say them. */
export const STATE_WORDS: Readonly<Record<AlarmChange['to'], string>> = {
  normal: 'normal',
  unacknowledged: 'active',
  acknowledged: 'acknowledged',
  'returned-unacknowledged': 'returned',
  'latched-unacknowledged': 'latched',
  'latched-acknowledged': 'latched, acknowledged',
  shelved: 'shelved',
  suppressed: 'suppressed',
  'out-of-service': 'out of service',
};

export const SEVERITY_WORDS: Readonly<Record<Severity, string>> = {
  NO_ALARM: 'OK',
  MINOR: 'MINOR',
  MAJOR: 'MAJOR',
  INVALID: 'INVALID',
};

/** A value as people read it; empty when there is none. */
export const shown = (value: ShownValue): string => {
  if (value === null) return '';
  return typeof value === 'number' ? figures(value) : String(value);
};

/** `-194.2 kA`; empty when there is none. */
export function valueText({ value, units }: Pick<AlarmChange, 'value' | 'units'>): string {
  const text = shown(value);
  return text === '' ? '' : `${text} ${units}`.trim();
}

/** `limit -195 kA`; empty when it has none. */
export const limitText = ({ limit, units }: Pick<AlarmChange, 'limit' | 'units'>): string =>
  limit === undefined ? '' : `limit ${figures(limit)} ${units}`.trim();

/** Who has to do with it, and what they said last. */
export function personText(change: AlarmChange): string {
  const { acknowledged, shelved, disabled, comment, owner, suppressedBy } = change;
  const said = (by: string, words: string) => (words === '' ? by : `${by}: ${words}`);
  if (disabled) return said(disabled.by, disabled.reason);
  if (suppressedBy !== undefined) return `by ${suppressedBy}`;
  if (shelved) return said(shelved.by, shelved.reason);
  if (comment) return said(comment.by, comment.note);
  if (acknowledged) return said(acknowledged.by, acknowledged.note);
  return owner ?? '';
}

/** When it last became active; else when it last changed. In ms since 1970. */
export const sinceOf = ({ raisedAt, at }: Pick<AlarmChange, 'raisedAt' | 'at'>): number =>
  millis(raisedAt ?? at);
