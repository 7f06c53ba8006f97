import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { alarm, runGateway } from './harness.ts';

const BODY = {
  matchers: ['area=~"beam.*"', 'severity!=MAJOR'],
  duration: '2h',
  comment: 'horn is being swapped',
};

test('a silence is made, shown, changed and ended, each in the name of who asked', async () => {
  await using gateway = await runGateway();
  const made = await gateway.call('POST', '/api/v1/silences', { body: BODY });
  expect(made.status).toBe(200);
  const place = `/api/v1/silences/${String(made.json['silence'])}`;
  expect((await gateway.call('GET', place)).json).toMatchObject({
    phase: 'active',
    by: 'expert-program',
    comment: 'horn is being swapped',
    matchers: [
      { name: 'area', value: 'beam.*', isRegex: true, isEqual: true },
      { name: 'severity', value: 'MAJOR', isRegex: false, isEqual: false },
    ],
  });
  const longer = await gateway.call('PUT', place, { body: { ...BODY, duration: '8h' } });
  expect(longer.json['silence']).toBe(made.json['silence']);
  expect((await gateway.call('DELETE', place)).status).toBe(200);
  const { json } = await gateway.call('GET', '/api/v1/silences?phase=expired');
  expect(json['silences']).toEqual([expect.objectContaining({ revision: 3, endedBy: 'expert-program' })]);
  expect((await gateway.call('GET', '/api/v1/silences?phase=active')).json['silences']).toEqual([]);
});

test('asked for twice under one id, there is one silence', async () => {
  await using gateway = await runGateway();
  const id = randomUUID();
  for (const _ of [1, 2]) await gateway.call('POST', '/api/v1/silences', { body: { ...BODY, id } });
  expect((await gateway.call('GET', '/api/v1/silences')).json['silences']).toHaveLength(1);
});

test.each([
  ['no matcher', { ...BODY, matchers: [] }],
  ['a matcher that is none', { ...BODY, matchers: ['area'] }],
  ['an expression that is none', { ...BODY, matchers: ['area=~"("'] }],
  ['no end', { ...BODY, duration: undefined }],
  ['two ends', { ...BODY, endsAt: '2026-11-21T08:00:00Z' }],
  ['no reason', { ...BODY, comment: '' }],
])('a silence with %s is refused', async (_, body) => {
  await using gateway = await runGateway();
  const { status, json } = await gateway.call('POST', '/api/v1/silences', { body });
  expect({ status, code: json['code'] }).toEqual({ status: 400, code: 'REQUEST_INVALID' });
});

test('a silence that nobody knows is not there to be changed', async () => {
  await using gateway = await runGateway();
  for (const method of ['GET', 'DELETE'])
    expect((await gateway.call(method, `/api/v1/silences/${randomUUID()}`)).status).toBe(404);
  expect(gateway.engine.given).toEqual([]);
});

test("an alarm says to Alertmanager's clients which silence holds it back", async () => {
  await using gateway = await runGateway();
  gateway.engine.raise(alarm('beam/horn/current', { peak: 'MINOR' }));
  gateway.engine.raise(alarm('beam/target', { to: 'suppressed', suppressedBy: 'beam/horn/current' }));
  const { json } = await gateway.call('POST', '/api/v1/silences', { body: BODY });
  const response = await gateway.call('GET', '/api/v2/alerts');
  const alerts = response.json as unknown as { labels: Record<string, string>; status: object }[];
  const status = (name: string) => alerts.find(({ labels }) => labels['alertname'] === name)?.status;
  expect(status('beam/horn/current')).toMatchObject({ state: 'suppressed', silencedBy: [json['silence']] });
  expect(status('beam/target')).toMatchObject({ state: 'suppressed', inhibitedBy: ['beam/horn/current'] });
});

test('before a silence is made one sees what it would hide, and nothing is made by looking', async () => {
  await using gateway = await runGateway();
  gateway.engine.raise(alarm('beam/horn/current'));
  gateway.engine.raise(alarm('beam/horn/water', { severity: 'MINOR', peak: 'MINOR', to: 'acknowledged' }));
  gateway.engine.raise(alarm('beam/target', { severity: 'NO_ALARM', peak: 'NO_ALARM', to: 'normal' }));
  gateway.engine.raise(alarm('daq/disk'));
  const preview = (matchers: string[], as: 'shifter' | 'notifier' = 'shifter') =>
    gateway.call('POST', '/api/v1/silences/preview', { as, body: { matchers } });
  expect((await preview(['area=~"beam.*"'])).json).toEqual({
    known: 3,
    active: 2,
    alarms: [
      expect.objectContaining({ alarm: 'beam/horn/current', severity: 'MAJOR' }),
      {
        alarm: 'beam/horn/water',
        title: expect.any(String),
        severity: 'MINOR',
        peak: 'MINOR',
        to: 'acknowledged',
      },
    ],
  });
  expect((await preview(['area=nowhere'])).json).toEqual({ known: 0, active: 0, alarms: [] });
  expect(await preview(['area=~"("'])).toMatchObject({ status: 400, json: { code: 'REQUEST_INVALID' } });
  expect((await gateway.call('GET', '/api/v1/silences')).json['silences']).toEqual([]);
  expect(gateway.log.filter(line => line['audit'] === true && line['status'] === 200)).toEqual([]);
  expect((await preview(['area=beam'], 'notifier')).status).toBe(403);
});

test('a preview names fifty alarms, however many it would hide', async () => {
  await using gateway = await runGateway();
  for (let n = 0; n < 60; n++) gateway.engine.raise(alarm(`flood/a-${n}`));
  const { json } = await gateway.call('POST', '/api/v1/silences/preview', {
    body: { matchers: ['area=flood'] },
  });
  expect([json['active'], (json['alarms'] as unknown[]).length]).toEqual([60, 50]);
});
