import { createHash } from 'node:crypto';
import { areaOf } from '../../../../protocol/alarm/alarm-id.ts';
import type { Notice, NoticeItem } from '../../../../protocol/messages/notice.ts';
import { type EventTime, eventTimeToMs } from '../../../../protocol/time.ts';
import { clean } from '../text/clean.ts';
import { followable, headline } from '../wording.ts';

export type Words = Readonly<Record<string, string>>;

/** An alert as the webhooks of Prometheus Alertmanager tell it. */
export interface WebhookAlert {
  readonly status: 'firing' | 'resolved';
  readonly labels: Words;
  readonly annotations: Words;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly generatorURL: string;
  /** 16 hexadecimal digits, equal for equal labels. */
  readonly fingerprint: string;
}

/** Payload of a webhook of Prometheus Alertmanager, version 4 (its documentation: webhook_config). */
export interface WebhookPayload {
  readonly version: '4';
  readonly receiver: string;
  readonly status: 'firing' | 'resolved';
  readonly groupKey: string;
  readonly truncatedAlerts: number;
  readonly groupLabels: Words;
  readonly commonLabels: Words;
  readonly commonAnnotations: Words;
  readonly externalURL: string;
  readonly alerts: readonly WebhookAlert[];
}

/** Go's zero time: the end of what is still there. */
const NOT_OVER = '0001-01-01T00:00:00Z';

const iso = (time: EventTime): string => new Date(eventTimeToMs(time)).toISOString();

/** Names of labels are narrower than ours (Prometheus: Data model). */
const labelName = (name: string): string => name.replaceAll(/\W/g, '_').replace(/^(?=\d)/, '_');

/** Labels without a value are no labels. */
const withValue = (words: Words): Words =>
  Object.fromEntries(Object.entries(words).filter(([, value]) => value !== ''));

/** What identifies an alarm, and nothing that changes while it is there: a label that changed would be another alert. */
export const labelsOf = ({ alarm, labels, audience }: NoticeItem): Words => {
  const further = Object.entries(labels).map(([name, value]) => [labelName(name), clean(value)] as const);
  return withValue({
    ...Object.fromEntries(further),
    alertname: alarm.slice(alarm.lastIndexOf('/') + 1),
    alarm,
    area: areaOf(alarm),
    audience: audience.toSorted().join(','),
  });
};

/** What is known about it now. Severity is here too: it may go up and down. */
export const annotationsOf = (item: NoticeItem): Words =>
  withValue({
    summary: clean(item.title),
    description: clean(item.text),
    severity: item.severity,
    peak: item.peak,
    state: item.state,
    value: clean(item.value),
    limit: clean(item.limit),
    mode: clean(item.mode),
    guidance: clean(item.guidance),
    by: clean(item.by),
    note: clean(item.note),
    device_time: item.eventTime ? iso(item.eventTime) : '',
    transition: String(item.transition),
    transitions: item.transitions.join(','),
  });

export const startOf = ({ raisedAt, at }: NoticeItem): string => iso(raisedAt ?? at);
export const endOf = ({ endedAt, at }: NoticeItem): string => iso(endedAt ?? at);

const alertOf = (item: NoticeItem, base: string | undefined): WebhookAlert => {
  const labels = labelsOf(item);
  return {
    status: item.firing ? 'firing' : 'resolved',
    labels,
    annotations: annotationsOf(item),
    startsAt: startOf(item),
    endsAt: item.firing ? NOT_OVER : endOf(item),
    generatorURL: followable(item.link, base) ?? '',
    fingerprint: fingerprintOf(labels),
  };
};

const fingerprintOf = (labels: Words): string => {
  const names = Object.keys(labels).toSorted();
  const text = JSON.stringify(names.map(name => [name, labels[name]]));
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
};

/** What all have alike. */
const common = (all: readonly Words[]): Words => {
  const [first = {}, ...others] = all;
  return Object.fromEntries(
    Object.entries(first).filter(([name, value]) => others.every(words => words[name] === value)),
  );
};

/** A notice as Alertmanager would tell it, so that what receives its webhooks receives ours. */
export function payloadOf(notice: Notice, base: string | undefined): WebhookPayload {
  const alerts = notice.items.map(item => alertOf(item, base));
  const groupLabels = withValue(
    Object.fromEntries(
      Object.entries(notice.groupLabels).map(([name, value]) => [labelName(name), clean(value)]),
    ),
  );
  return {
    receiver: notice.receiver,
    status: notice.firing ? 'firing' : 'resolved',
    alerts,
    groupLabels,
    commonLabels: common(alerts.map(({ labels }) => labels)),
    commonAnnotations:
      alerts.length > 0
        ? common(alerts.map(({ annotations }) => annotations))
        : { summary: clean(headline(notice, false)) },
    externalURL: followable(notice.link, base) ?? base ?? '',
    version: '4',
    groupKey: clean(notice.incident),
    truncatedAlerts: notice.more,
  };
}
