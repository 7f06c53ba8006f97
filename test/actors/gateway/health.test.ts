import { expect, test } from 'vitest';
import { SILENT_AFTER_MS } from '../../../actors/gateway/views/health.ts';
import { type Health, health } from '../../../protocol/messages/health.ts';
import { eventTimeFromMs } from '../../../protocol/time.ts';
import { type RunningGateway, runGateway } from './harness.ts';

const beat = (actor: string, atMs: number, over: Partial<Health> = {}): Health => ({
  actor,
  instance: `${actor}-1`,
  pid: 1,
  host: 'daq1',
  version: '0',
  startedAt: eventTimeFromMs(0),
  at: eventTimeFromMs(atMs),
  state: 'running',
  lanes: [],
  counters: { 'refused{reason="X"}': 2 },
  latencies: {},
  ...over,
});

async function alive(gateway: RunningGateway): Promise<Record<string, boolean>> {
  const { json } = await gateway.call('GET', '/api/v1/health', { as: 'shifter' });
  const actors = json['actors'] as { actor: string; alive: boolean }[];
  return Object.fromEntries(actors.map(one => [one.actor, one.alive]));
}

test('an actor that fell silent is not alive, whatever it said last, and one long gone is not shown', async () => {
  await using gateway = await runGateway();
  const now = Date.now();
  gateway.say(health, beat('recorder', now));
  gateway.say(health, beat('spill-packer', now - SILENT_AFTER_MS - 5_000));
  gateway.say(health, beat('rotorooter', now, { state: 'stopped' }));
  gateway.say(health, beat('beam-monitor', now - 3_600_000));
  expect(await alive(gateway)).toEqual({ recorder: true, 'spill-packer': false, rotorooter: false });
});

test('the figures of every actor are there for Prometheus', async () => {
  await using gateway = await runGateway();
  gateway.say(health, beat('recorder', Date.now()));
  const { status, headers, json } = await gateway.call('GET', '/metrics', { as: 'shifter' });
  expect(status).toBe(200);
  expect(headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
  expect(json['text']).toContain(
    'spillway_refused_total{reason="X",actor="recorder",instance="recorder-1"} 2',
  );
});

test('it is ready only once it has seen what the streams say', async () => {
  await using gateway = await runGateway({}, { caughtUp: false });
  const ready = () => gateway.call('GET', '/readyz', { as: 'nobody' });
  expect(await ready()).toMatchObject({
    status: 503,
    json: { text: 'not seen yet: ALARM, BEAM, HEALTH, NOTICE, SLOW\n' },
  });
  gateway.catchUp();
  expect((await ready()).status).toBe(200);
});
