import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { alarmDispatcher } from '../../../actors/alarm-dispatcher/actor.ts';
import { AlarmDispatcherConfig } from '../../../actors/alarm-dispatcher/config.ts';
import { alarmEngine } from '../../../actors/alarm-engine/actor.ts';
import { AlarmEngineConfig } from '../../../actors/alarm-engine/config.ts';
import { type EventTime, eventTimeToMs } from '../../../protocol/time.ts';
import { natsServer } from '../../helpers/nats.ts';
import { openTestNats, publishReadings, readingsOf } from '../../helpers/streams.ts';
import { temporaryDirectory } from '../../helpers/temporary-directory.ts';
import { until } from '../../helpers/until.ts';
import { run, runLiveGateway } from './live.ts';

const RULES = `modes:
  - { name: maintenance, manual: true, description: people in the tunnel }
alarms:
  beam/target: { title: Target hot, value: "E:TRTGTD", limits: { high: 10 }, guidance: Call somebody. }
`;

/** A webhook that takes everything. */
async function sink() {
  let taken = '';
  const server = createServer((request, response) => {
    request.on('data', chunk => (taken += String(chunk)));
    request.on('end', () => response.end());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    taken: () => taken,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

test('a reading becomes an alarm that is seen, acknowledged and silenced over HTTP, and a notification is told', async () => {
  await using server = await natsServer();
  await using nats = await openTestNats(server.url);
  await using directory = await temporaryDirectory();
  await using hook = await sink();
  const rules = join(directory.path, 'alarms');
  await mkdir(rules);
  await writeFile(join(rules, 'beam.yaml'), RULES);
  await writeFile(join(directory.path, 'hook'), hook.url);
  const channels = { desk: { kind: 'webhook', url: { file: join(directory.path, 'hook') } } };
  await using _engine = await run(server, alarmEngine, AlarmEngineConfig.parse({ rules }));
  await using _dispatcher = await run(server, alarmDispatcher, AlarmDispatcherConfig.parse({ channels }));
  await using gateway = await runLiveGateway(server, directory.path, 'one');
  await until(async () => (await gateway.call('GET', '/api/v1/alarms')).json['rules'] === 1, {
    what: 'rules',
  });

  await publishReadings(nats, readingsOf(99));
  const place = '/api/v1/alarms/beam/target';
  await until(async () => (await gateway.call('GET', place)).json['to'] === 'unacknowledged', {
    what: 'the alarm',
  });
  const { json: raised } = await gateway.call('GET', place);
  expect(raised).toMatchObject({ value: 99, limit: 10, guidance: 'Call somebody.' });

  const silenced = await gateway.call('POST', '/api/v1/silences', {
    matchers: ['area=beam'],
    duration: '1h',
    comment: 'known',
  });
  expect(silenced.status).toBe(200);
  await until(
    async () => {
      const { json } = await gateway.call('GET', '/api/v2/alerts');
      const [alert] = json as unknown as { status: { silencedBy: string[] } }[];
      return alert?.status.silencedBy[0] === silenced.json['silence'];
    },
    { what: 'the silence to be seen' },
  );

  // As the page extends one: from when it began, until two hours later.
  const silence = `/api/v1/silences/${String(silenced.json['silence'])}`;
  const { json: before } = await gateway.call('GET', silence);
  const at = (name: string, hours = 0) =>
    new Date(eventTimeToMs(before[name] as EventTime) + hours * 3_600_000).toISOString();
  const longer = {
    matchers: ['area="beam"'],
    comment: 'known',
    startsAt: at('startsAt'),
    endsAt: at('endsAt', 2),
  };
  expect((await gateway.call('PUT', silence, longer)).status).toBe(200);
  await until(async () => (await gateway.call('GET', silence)).json['revision'] !== before['revision'], {
    what: 'the silence to last longer',
  });
  const { json: after } = await gateway.call('GET', silence);
  expect(eventTimeToMs(after['endsAt'] as EventTime)).toBe(Date.parse(longer.endsAt));
  expect(after).toMatchObject({ phase: 'active', startsAt: before['startsAt'], matching: 1 });

  const set = await gateway.call('POST', '/api/v1/mode', { mode: 'maintenance', reason: 'access' });
  expect(set.status).toBe(200);
  const mode = async () => (await gateway.call('GET', '/api/v1/mode')).json;
  await until(async () => JSON.stringify(await mode()).includes('"by":"live"'), {
    what: 'the mode that was set',
  });
  expect(await mode()).toMatchObject({
    mode: { mode: 'maintenance', reason: 'access' },
    declared: [{ name: 'maintenance', description: 'people in the tunnel', manual: true }],
  });

  const expected = (await gateway.call('GET', place)).json['transition'];
  const acknowledge = () => gateway.call('POST', `${place}/acknowledge`, { expected, note: 'seen' });
  expect(await acknowledge()).toMatchObject({ status: 200, json: { alarm: { to: 'acknowledged' } } });
  expect(await acknowledge()).toMatchObject({ status: 409, json: { code: 'COMMAND_STALE' } });
  expect((await gateway.call('POST', '/api/v1/alarms/beam/nowhere/acknowledge', {})).status).toBe(404);

  await gateway.call('POST', '/api/v1/notify', { title: 'Shift begins', area: 'daq' });
  await until(() => hook.taken().includes('Shift begins'), { what: 'the notification to be told' });
});
