import { expect, test } from 'vitest';
import type { Notification } from '../../../protocol/messages/notification.ts';
import { type RunningGateway, runGateway } from './harness.ts';

const kept = (gateway: RunningGateway): Notification[] =>
  gateway.context.published.map(({ body }) => body as Notification);

test('a script needs no more than a title to be heard, and its token says who it is', async () => {
  await using gateway = await runGateway();
  const { status, json } = await gateway.call('POST', '/api/v1/notify', {
    as: 'notifier',
    body: { title: 'Disk of daq2 is 91 % full' },
  });
  expect(status).toBe(200);
  expect(json).toMatchObject({ source: 'notifier-program', duplicate: false });
  expect(kept(gateway)).toEqual([
    expect.objectContaining({
      id: json['id'],
      source: 'notifier-program',
      area: 'outside',
      severity: 'MINOR',
      status: 'event',
      title: 'Disk of daq2 is 91 % full',
    }),
  ]);
});

test('told twice under one id, it is kept once, and the second time says so', async () => {
  await using gateway = await runGateway();
  const body = { id: 'elog-4711', source: 'elog', title: 'Shift begins', at: '2026-11-21T08:00:00+01:00' };
  const answers = [];
  for (const _ of [1, 2])
    answers.push(await gateway.call('POST', '/api/v1/notify', { as: 'notifier', body }));
  expect(answers.map(({ json }) => json['duplicate'])).toEqual([false, true]);
  expect(kept(gateway)).toEqual([
    expect.objectContaining({ at: { seconds: 1_795_244_400, nanoseconds: 0 } }),
  ]);
});

test('without a token only an address that needs none is heard', async () => {
  await using closed = await runGateway({ anonymous: 'viewer' });
  const call = (gateway: RunningGateway) =>
    gateway.call('POST', '/api/v1/notify', { as: 'nobody', body: { title: 'x' } });
  expect((await call(closed)).status).toBe(401);
  await using open = await runGateway({ notify: { allow: ['127.0.0.0/8'] } });
  expect((await call(open)).status).toBe(200);
  expect(kept(open)).toEqual([expect.objectContaining({ source: '127.0.0.1' })]);
});

test.each([
  ['no title', {}],
  ['a title of several screens', { title: 'x'.repeat(301) }],
  ['a severity of another system', { title: 'x', severity: 'critical' }],
  ['a link that is a program', { title: 'x', link: 'javascript:alert(1)' }],
  ['a time before there were any', { title: 'x', at: '1960-01-01T00:00:00Z' }],
  ['an area that is none', { title: 'x', area: '../x' }],
  ['a line that steers terminals', { title: '\u001b[31mred' }],
])('%s is refused', async (_, body) => {
  await using gateway = await runGateway();
  expect(await gateway.call('POST', '/api/v1/notify', { body })).toMatchObject({
    status: 400,
    json: { code: 'REQUEST_INVALID' },
  });
  expect(kept(gateway)).toEqual([]);
});

/** As Alertmanager 0.33.1 sends it. */
const WEBHOOK = {
  receiver: 'spillway',
  status: 'firing',
  alerts: [
    {
      status: 'firing',
      labels: { alertname: 'DiskFull', severity: 'critical', instance: 'daq2' },
      annotations: { summary: 'Disk of daq2 is full', description: '99 %' },
      startsAt: '2026-11-21T08:00:00.123Z',
      endsAt: '0001-01-01T00:00:00Z',
      generatorURL: 'http://prometheus.example/graph?g0.expr=x',
      fingerprint: '8f2d1c0b6a7e5d43',
    },
    {
      status: 'resolved',
      labels: { alertname: 'LinkDown', area: 'daq/network' },
      annotations: {},
      startsAt: '2026-11-21T07:00:00Z',
      endsAt: '2026-11-21T08:00:00Z',
      generatorURL: '',
    },
  ],
  groupLabels: {},
  commonLabels: {},
  commonAnnotations: {},
  externalURL: 'http://am.example',
  version: '4',
  groupKey: '{}:{}',
  truncatedAlerts: 0,
};

test("each alert of Alertmanager's webhook becomes a notification, its end tied to its beginning", async () => {
  await using gateway = await runGateway();
  const tell = (body: unknown) =>
    gateway.call('POST', '/api/v1/notify/alertmanager', { as: 'notifier', body });
  expect((await tell(WEBHOOK)).status).toBe(200);
  expect(kept(gateway)).toEqual([
    expect.objectContaining({
      source: 'alertmanager',
      area: 'alertmanager',
      title: 'Disk of daq2 is full',
      text: '99 %',
      severity: 'MAJOR',
      status: 'firing',
      key: '8f2d1c0b6a7e5d43',
      link: 'http://prometheus.example/graph?g0.expr=x',
    }),
    expect.objectContaining({
      area: 'daq/network',
      title: 'LinkDown',
      severity: 'MINOR',
      status: 'resolved',
    }),
  ]);
  // The group is told again with every change of one of its alerts.
  const again = await tell(WEBHOOK);
  expect(again.json['notifications']).toEqual([
    expect.objectContaining({ duplicate: true }),
    expect.objectContaining({ duplicate: true }),
  ]);
  const [alert] = WEBHOOK.alerts;
  await tell({ ...WEBHOOK, alerts: [{ ...alert, status: 'resolved' }] });
  expect(kept(gateway).at(-1)).toMatchObject({ status: 'resolved', key: '8f2d1c0b6a7e5d43' });
});

test("Grafana's webhook is known by its organisation, and links to the panel", async () => {
  await using gateway = await runGateway();
  const [alert] = WEBHOOK.alerts;
  const body = {
    ...WEBHOOK,
    orgId: 1,
    title: '[FIRING:1]',
    alerts: [{ ...alert, values: { A: 1 }, panelURL: 'http://grafana.example/d/x?viewPanel=1' }],
  };
  expect((await gateway.call('POST', '/api/v1/notify/alertmanager', { body })).status).toBe(200);
  expect(kept(gateway)[0]).toMatchObject({
    source: 'grafana',
    link: 'http://grafana.example/d/x?viewPanel=1',
  });
});
