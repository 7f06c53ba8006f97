import { readFile } from 'node:fs/promises';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { payloadOf } from '../../../../../actors/alarm-dispatcher/channels/alertmanager/payload.ts';
import { openChannel } from '../../../../../actors/alarm-dispatcher/channels/open.ts';
import { eventTimeFromMs } from '../../../../../protocol/time.ts';
import { until } from '../../../../helpers/until.ts';
import { httpServer } from '../http-server.ts';
import { aNotice, anItem, notices } from '../notices.ts';
import { configured, secretOf, services } from '../services.ts';
import { alertmanager, findAlertmanager } from './peer.ts';

const never = new AbortController().signal;
const peer = await findAlertmanager();
const isHere = typeof peer !== 'string';

type Shape = string | readonly Shape[] | { readonly [key: string]: Shape };

/** Names and types, without values; of labels and annotations, which are free, only that they are text. */
const shapeOf = (value: unknown, key = ''): Shape => {
  if (Array.isArray(value)) return value.length > 0 ? [shapeOf(value[0])] : [];
  if (typeof value !== 'object' || value === null) return typeof value;
  if (/labels|annotations/i.test(key))
    return Object.values(value).every(each => typeof each === 'string') ? 'words' : key;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, each]) => [name, shapeOf(each, name)]));
};

test('our payload has the shape of one that a real Alertmanager posted', async () => {
  const path = new URL('recorded-webhook.json', import.meta.url);
  const { payload } = JSON.parse(await readFile(path, 'utf8')) as { payload: unknown };
  expect(shapeOf(payloadOf(aNotice(), 'https://shift.example/'))).toEqual(shapeOf(payload));
});

test('a label never changes while an alarm is there: what is measured and judged stands in annotations', () => {
  const labels = (change: Parameters<typeof anItem>[0]) =>
    payloadOf(aNotice({ items: [anItem(change)] }), undefined).alerts[0];
  const first = labels({});
  const later = labels({
    severity: 'MINOR',
    value: '-196 kA',
    state: 'acknowledged',
    by: 'Anna',
    transition: 8,
  });
  expect(later?.labels).toEqual(first?.labels);
  expect(later?.fingerprint).toBe(first?.fingerprint);
  expect(later?.annotations).toMatchObject({ severity: 'MINOR', value: '-196 kA', by: 'Anna' });
  expect(first?.labels).toEqual({
    alertname: 'current',
    alarm: 'beam/horn/current',
    area: 'beam/horn',
    audience: 'shifter',
    device: 'E:NSLINA',
  });
});

test('what fires has no end, what has returned has one', () => {
  const endedAt = { seconds: 1_795_000_060, nanoseconds: 0 };
  const items = [anItem(), anItem({ alarm: 'beam/b', firing: false, state: 'normal', endedAt })];
  expect(payloadOf(aNotice({ items }), undefined).alerts).toMatchObject([
    { status: 'firing', endsAt: '0001-01-01T00:00:00Z' },
    { status: 'resolved', endsAt: '2026-11-18T11:07:40.000Z' },
  ]);
});

test('whatever a notice holds, names of labels are names that Prometheus takes', () => {
  fc.assert(
    fc.property(notices, notice => {
      const { alerts, groupLabels } = payloadOf(notice, undefined);
      const names = [groupLabels, ...alerts.map(({ labels }) => labels)].flatMap(words => Object.keys(words));
      expect(names.filter(name => !/^[a-zA-Z_]\w*$/.test(name))).toEqual([]);
    }),
    { numRuns: 50 },
  );
});

test.skipIf(!isHere)(
  `a real Alertmanager takes our alarms, tells them on, and lets go of them when they return${isHere ? '' : ` (${peer})`}`,
  { timeout: 60_000 },
  async () => {
    await using receiver = await httpServer();
    await using server = await alertmanager(isHere ? peer : [], `${receiver.url}/told`);
    const config = configured({ kind: 'alertmanager', url: secretOf('TEST_ALERTMANAGER', server.url) });
    await using channel = openChannel('am', config, services());
    const raisedAt = eventTimeFromMs(Date.now() - 60_000);
    const now = { at: eventTimeFromMs(Date.now()), raisedAt };
    const told = () =>
      receiver.received.map(
        ({ body }) => JSON.parse(body) as { status: string; alerts: { annotations: object }[] },
      );

    await channel.send(aNotice({ at: now.at, items: [anItem(now)] }), false, never);
    await until(() => told().length > 0, { what: 'the webhook of Alertmanager' });
    expect(told()[0]).toMatchObject({ status: 'firing', commonLabels: { alarm: 'beam/horn/current' } });
    const active = (await (await fetch(`${server.url}/api/v2/alerts`)).json()) as { endsAt: string }[];
    expect(active).toHaveLength(1);
    // An alarm that nobody tells again for weeks is still there.
    expect(Date.parse(active[0]?.endsAt ?? '') - Date.now()).toBeGreaterThan(29 * 86_400_000);
    // Its own payload has our shape, but for what later versions have added.
    expect(shapeOf(told()[0])).toMatchObject(
      shapeOf(payloadOf(aNotice(), 'https://shift.example/')) as object,
    );

    const worse = anItem({ ...now, severity: 'INVALID', transition: 8 });
    await channel.send(aNotice({ at: now.at, number: 13, items: [worse] }), false, never);
    expect(await (await fetch(`${server.url}/api/v2/alerts`)).json()).toHaveLength(1);

    const over = anItem({ ...worse, firing: false, state: 'normal', endedAt: eventTimeFromMs(Date.now()) });
    await channel.send(aNotice({ at: now.at, number: 14, items: [over] }), false, never);
    await until(() => told().at(-1)?.status === 'resolved', { what: 'the end' });
    expect(told().at(-1)?.alerts[0]?.annotations).toMatchObject({ severity: 'INVALID' });
  },
);
