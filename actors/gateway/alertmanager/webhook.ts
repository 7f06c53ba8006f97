import { createHash } from 'node:crypto';
import { z } from '@hono/zod-openapi';
import { AlarmId } from '../../../protocol/alarm/alarm-id.ts';
import { Severity } from '../../../protocol/alarm/severity.ts';
import { type Notification, parseNotification } from '../../../protocol/messages/notification.ts';
import { type EventTime, eventTimeFromMs } from '../../../protocol/time.ts';

const Texts = z.record(z.string(), z.string()).default({});

const Alert = z.looseObject({
  status: z.enum(['firing', 'resolved']),
  labels: Texts,
  annotations: Texts,
  startsAt: z.iso.datetime({ offset: true }),
  generatorURL: z.string().default(''),
  fingerprint: z.string().max(64).optional(),
  panelURL: z.string().optional().describe('Grafana'),
  dashboardURL: z.string().optional().describe('Grafana'),
});
type Alert = z.infer<typeof Alert>;

/** The body of Alertmanager's webhook, version 4; Grafana's holds more and is read too. */
export const Webhook = z.looseObject({
  version: z.string().optional(),
  orgId: z.number().optional().describe('Grafana'),
  alerts: z.array(Alert).max(500),
});
export type Webhook = z.infer<typeof Webhook>;

/** Each alert as a notification; told again, it is the same one. */
export function notificationsOf(webhook: Webhook, now: EventTime): Notification[] {
  const source = webhook.orgId === undefined ? 'alertmanager' : 'grafana';
  return webhook.alerts.map(alert => notificationOf(alert, source, now));
}

function notificationOf(alert: Alert, source: string, now: EventTime): Notification {
  const { status, labels, annotations, startsAt } = alert;
  const key = alert.fingerprint || fingerprint(labels);
  const since = eventTimeFromMs(Date.parse(startsAt));
  const area = AlarmId.safeParse(labels['area']);
  const links = [alert.panelURL, alert.dashboardURL, alert.generatorURL];
  return parseNotification({
    id: `${key}:${since.seconds}:${status}`,
    source,
    // An alert that began long ago is told now; its beginning is what makes it this alert.
    at: status === 'firing' ? since : now,
    area: area.success ? area.data : source,
    title: cut(annotations['summary'] || labels['alertname'] || 'alert', 300),
    text: cut(annotations['description'] ?? annotations['message'] ?? '', 4000),
    severity: severityOf(labels['severity']),
    status,
    key,
    labels,
    link: links.find(isHttp) ?? '',
  });
}

/** Words that rules of Prometheus and Grafana use, as EPICS severities. */
const SEVERITIES: Readonly<Record<string, Severity>> = {
  critical: 'MAJOR',
  error: 'MAJOR',
  page: 'MAJOR',
  major: 'MAJOR',
  invalid: 'INVALID',
};

const severityOf = (word = ''): Severity => SEVERITIES[word.toLowerCase()] ?? Severity.minor;

/** Equal for equal labels. */
export const fingerprint = (labels: Readonly<Record<string, string>>): string =>
  createHash('sha256')
    .update(JSON.stringify(Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1))))
    .digest('hex')
    .slice(0, 16);

export const isHttp = (text: string | undefined): text is string =>
  text !== undefined && text.length <= 2000 && /^https?:$/.test(URL.parse(text)?.protocol ?? '');

const cut = (text: string, most: number): string =>
  text.length > most ? `${text.slice(0, most - 1)}…` : text;
