import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect } from '@nats-io/transport-node';
import { expect, test } from 'vitest';
import { actors } from '../../actors/index.ts';
import { readAll, replay } from '../../runtime/commands/dead.ts';
import type { Overrides } from '../../runtime/config/resolve.ts';
import { type Nats, type NatsOptions, openNats } from '../../runtime/host/nats.ts';
import { settle } from '../../runtime/up/settle.ts';
import { listening } from '../helpers/listening.ts';
import { silent } from '../helpers/streams.ts';
import { addressesIn, demoIn, endsWith, heartbeats, natsIn, spillway } from '../helpers/system.ts';
import { temporaryDirectory } from '../helpers/temporary-directory.ts';
import { until } from '../helpers/until.ts';

const NEEDED = ['beam-monitor', 'alarm-engine', 'alarm-dispatcher', 'gateway', 'recorder'];

const LOOPBACK = /^(0100007F|00000000000000000000000001000000):/;

/** Two cores may have sixteen processes to start, beside other tests. */
const PATIENTLY = 120_000;

test('beam, alarms, commands and replays go their way with the rights that each actor has, and nothing is refused', async () => {
  await using directory = await temporaryDirectory();
  const config = await demoIn(directory.path);
  await using run = spillway('up', '--config', config, '--speed', '5');
  const key = await natsIn(directory.path);
  await using beats = await heartbeats(key);
  const atWork = () => NEEDED.every(name => beats.get(name)?.state === 'running');
  await until(atWork, { what: NEEDED.join(', '), timeoutMs: PATIENTLY });
  const addresses = await addressesIn(directory.path);

  await expect(connect({ servers: key.servers ?? [] })).rejects.toThrow(/authorization/i);
  const outside = process.platform === 'linux' ? await heardFromOutside(run.pid ?? 0) : [];
  expect(outside).toEqual([]);

  await endsWith(spillway('alarms', 'notify', 'Hello', '--severity', 'MINOR', '--config', config), 0);
  expect(await modeByGateway(addresses, 'maintenance')).toBe(200);
  await using operator = await openNats(
    { ...(addresses['nats'] as unknown as NatsOptions), experiment: 'numi', name: 'test', replicas: 1 },
    silent,
    AbortSignal.timeout(20_000),
  );
  await giveUpTwice(operator);

  // All that was triggered is stored.
  await fetch(new URL('/stop', addresses['actors.beam-monitor.server'] as string), { method: 'POST' });
  const running = actors.filter(({ name }) => beats.has(name));
  const never = new AbortController().signal;
  expect(await settle(operator, running, [], PATIENTLY, never)).toEqual([]);
  expect(await storedSpills(addresses)).toBeGreaterThan(0);
  run.kill('SIGTERM');
  await endsWith(run, 0);
  const log = await readFile(join(directory.path, 'data', 'log', 'spillway.log'), 'utf8');
  expect(log.split('\n').filter(line => /violation|NATS_FORBIDDEN/i.test(line))).toEqual([]);
}, 480_000);

/** Addresses at which other machines could call. */
const heardFromOutside = async (pid: number): Promise<unknown[]> => {
  const all = await listening(pid);
  // NATS and its monitoring, the store, simulator, receiver, rotorooter, listener, gateway, metrics.
  expect(all.length).toBeGreaterThanOrEqual(9);
  return all.filter(({ address }) => !LOOPBACK.test(address));
};

/** What nobody can read goes to DEAD, back to its actor, to DEAD again. */
async function giveUpTwice(operator: Nats): Promise<void> {
  operator.connection.publish('numi.command.notify.x', '{');
  const letters = async () => (await readAll(operator)).length;
  await until(async () => (await letters()) > 0, { what: 'a dead letter', timeoutMs: PATIENTLY });
  const before = await readAll(operator);
  for (const letter of before) await replay(operator, letter);
  await until(async () => (await letters()) >= 2 * before.length, { what: 'it again', timeoutMs: PATIENTLY });
}

/** Signs in at the gateway and sets the machine mode; the answer's status. */
async function modeByGateway(addresses: Overrides, mode: string): Promise<number> {
  const port = Number(addresses['actors.gateway.listen.port']);
  const call = (path: string, body: object, headers: Record<string, string> = {}) =>
    fetch(`http://127.0.0.1:${port}/api/v1/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  const session = await call('session', { name: 'demo', password: 'spillway' });
  const { csrf } = (await session.json()) as { csrf: string };
  const cookie = session.headers
    .getSetCookie()
    .map(one => one.split(';')[0])
    .join('; ');
  return (await call('mode', { mode, reason: 'a test' }, { cookie, 'x-spillway-csrf': csrf })).status;
}

async function storedSpills(addresses: Overrides): Promise<number> {
  const { url, user } = addresses['store'] as { url: string; user: string };
  const query = encodeURIComponent('SELECT count() FROM spillway.spills');
  const answer = await fetch(`${url}/?query=${query}`, { headers: { 'X-ClickHouse-User': user } });
  return Number(await answer.text());
}
