import { createHash } from 'node:crypto';
import { areaOf } from '../../../protocol/alarm/alarm-id.ts';
import { AlarmState, isActive } from '../../../protocol/alarm/alarm-state.ts';
import type { Labels } from '../../../protocol/alarm/labels.ts';
import { Severity } from '../../../protocol/alarm/severity.ts';
import { shownText } from '../../../protocol/alarm/shown-text.ts';
import type { AlarmChange } from '../../../protocol/messages/alarm-change.ts';
import type { Notification } from '../../../protocol/messages/notification.ts';
import type { Detail, Known } from './state.ts';

/** What a message of the alarm system tells about one alarm, in the form the fold works with. */
export interface Told
  extends Pick<Known, 'kind' | 'transition' | 'severity' | 'peak' | 'state' | 'mode' | 'labels'> {
  readonly id: string;
  readonly audience: readonly string[];
  readonly detail: Detail;
  /** Over as it is told, and to be told all the same. */
  readonly event: boolean;
}

const clip = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, most - 1)}…`;

export function toldByChange(change: AlarmChange): Told {
  const { acknowledged, shelved, disabled, comment, eventTime, raisedAt, returnedAt } = change;
  const active = isActive(change.to);
  const person = disabled ?? shelved ?? acknowledged;
  return {
    id: change.alarm,
    kind: 'alarm',
    transition: change.transition,
    severity: change.severity,
    peak: change.peak,
    state: change.to,
    mode: change.mode,
    labels: change.labels,
    audience: change.audience,
    event: false,
    detail: {
      title: clip(change.title, 250),
      text: clip(textOf(change), 500),
      value: clip(change.value === null ? '' : `${shownText(change.value)} ${change.units}`.trim(), 100),
      limit: change.limit === undefined ? '' : `${shownText(change.limit)} ${change.units}`.trim(),
      guidance: clip(change.guidance, 1000),
      link: clip(linkTo(change.dashboard), 500),
      audience: change.audience.slice(0, 10),
      at: change.at,
      ...(eventTime ? { eventTime } : {}),
      ...(raisedAt ? { raisedAt } : {}),
      ...(returnedAt && !active ? { endedAt: returnedAt } : {}),
      by: change.owner ?? person?.by ?? '',
      note: clip(disabled?.reason ?? shelved?.reason ?? acknowledged?.note ?? comment?.note ?? '', 300),
    },
  };
}

/** A board by its uid is a page of ours; anything else is an address already. */
const linkTo = (dashboard: string): string =>
  /^[\w-]+$/.test(dashboard) ? `/boards/${dashboard}` : dashboard;

/** Status and reason in a line, saying when only the mode or the rules made the change. */
function textOf({ cause, mode, rules, status, reason, suppressedBy }: AlarmChange): string {
  const onlyBy =
    cause === 'mode'
      ? `only because the machine mode is now ${mode}: `
      : cause === 'rules' || cause === 'removed'
        ? `only because the rules changed (version ${rules}): `
        : '';
  const by = suppressedBy ? ` (suppressed by ${suppressedBy})` : '';
  const what = status === 'NO_ALARM' ? '' : `${status}: `;
  return `${what}${onlyBy}${reason}${by}`;
}

/** @param sequence of the message in its stream: counts the transitions of notifications */
export function toldByNotification(body: Notification, sequence: number, mode: string): Told {
  const firing = body.status === 'firing';
  const id = idOfNotification(body.area, body.key ?? body.id);
  const severity = firing ? body.severity : Severity.noAlarm;
  return {
    id,
    kind: 'notification',
    transition: sequence,
    severity,
    peak: body.severity,
    state: firing ? AlarmState.unacknowledged : AlarmState.normal,
    mode,
    labels: body.labels,
    audience: body.audience,
    event: body.status === 'event',
    detail: {
      title: clip(body.title, 250),
      text: clip(body.text, 500),
      value: '',
      limit: '',
      guidance: '',
      link: clip(body.link, 500),
      audience: body.audience.slice(0, 10),
      at: body.at,
      ...(firing ? { raisedAt: body.at } : { endedAt: body.at }),
      by: body.source,
      note: '',
    },
  };
}

/** The name of a notification in the tree of alarms; what had to be changed for that gets a digest, to stay apart. */
export function idOfNotification(area: string, key: string): string {
  const slug = key
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 60);
  const root = area.slice(0, 120).replace(/[/-]+$/, '');
  if (slug !== '' && slug === key && root === area) return `${area}/${key}`;
  const digest = createHash('sha256').update(`${area}\n${key}`).digest('hex').slice(0, 8);
  return `${root}/${slug === '' ? '' : `${slug}-`}${digest}`;
}

/** The labels that silences and routes match on: of an alarm, those of `labelsOfAlarm`. */
export const labelsOf = (
  id: string,
  { labels, peak, mode }: Pick<Known, 'labels' | 'peak' | 'mode'>,
): Labels => ({
  ...labels,
  alertname: id,
  alarm: id,
  area: areaOf(id),
  severity: peak,
  mode,
});
