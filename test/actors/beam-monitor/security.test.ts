import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { BeamMonitorConfig } from '../../../actors/beam-monitor/config.ts';
import { loadScenario } from '../../../fixtures/simulator/scenario.ts';
import type { SimulatorSecurity } from '../../../fixtures/simulator/security.ts';
import { startSimulator } from '../../../fixtures/simulator/simulator.ts';
import { hashPassword } from '../../../runtime/auth/password.ts';
import { digestOfToken } from '../../../runtime/auth/token.ts';
import { readDeviceList } from '../../../runtime/config/device-list.ts';
import { readClientTls, readServerTls } from '../../../runtime/xml-rpc/tls.ts';
import { authorityIn, withoutOpenssl } from '../../helpers/certificates.ts';
import { temporaryDirectory } from '../../helpers/temporary-directory.ts';
import { until } from '../../helpers/until.ts';
import { startMonitor } from './monitor.ts';

const FIXTURES = join(import.meta.dirname, '..', '..', '..', 'fixtures');
const SERVER_PASSWORD = 'for the front end';
const CALLBACK_TOKEN = 'spw_for_the_listener';
const missing = await withoutOpenssl();

async function simulator(security: SimulatorSecurity) {
  const { devices } = await readDeviceList(join(FIXTURES, 'devices', 'numi.yaml'));
  const scenario = loadScenario(join(FIXTURES, 'scenarios', 'demo.yaml'));
  return startSimulator({ devices, scenario, speed: 20, security });
}

describe.skipIf(missing !== undefined)(`with certificates and passwords both ways ${missing ?? ''}`, () => {
  test('callbacks are registered, called and stored, and what is told to the front end holds no secret', async () => {
    await using directory = await temporaryDirectory();
    const authority = await authorityIn(directory.path);
    const [server, listener, us] = await Promise.all(
      ['front-end', 'listener', 'monitor'].map(name => authority.issue(name)),
    );
    if (!server || !listener || !us) throw new Error('no certificates');
    const { ca } = authority;
    const password = await hashPassword(SERVER_PASSWORD, { ln: 8, r: 8, p: 1 });
    await using front = await simulator({
      tls: await readServerTls({ ...server, clientCa: ca }),
      callers: { users: [{ name: 'spillway', password }], tokens: [], failures: 5, pauseMs: 1000 },
      callbacks: {
        tls: await readClientTls({ ca, ...server }),
        credentials: { token: CALLBACK_TOKEN },
      },
    });
    process.env['BEAMS_PASSWORD'] = SERVER_PASSWORD;
    await using monitor = await startMonitor(
      front.url,
      {
        tls: { ...listener, clientCa: ca },
        callers: { tokens: [{ digest: digestOfToken(CALLBACK_TOKEN) }] },
      },
      {
        tls: { ca, ...us },
        credentials: { user: 'spillway', password: { env: 'BEAMS_PASSWORD' } },
      },
    );
    await until(() => monitor.bodies().length >= 3, { what: 'callbacks', timeoutMs: 20_000 });
    const told = JSON.stringify(front.status());
    expect(told).toMatch(/"url":"https:\/\/127\.0\.0\.1:\d+\/RPC2"/);
    expect(told).not.toMatch(/BEAMS|for the|spw_/);
    expect(monitor.context.counts.get('refused{reason=NOT_SIGNED_IN}')).toBeUndefined();
  });

  test('a front end without credentials, or over plain HTTP, is not heard', async () => {
    await using directory = await temporaryDirectory();
    const authority = await authorityIn(directory.path);
    const listener = await authority.issue('listener');
    const { ca } = authority;
    await using front = await simulator({ callbacks: { tls: await readClientTls({ ca }) } });
    await using monitor = await startMonitor(front.url, {
      tls: listener,
      callers: { tokens: [{ digest: digestOfToken(CALLBACK_TOKEN) }] },
    });

    await until(() => monitor.refused('NOT_SIGNED_IN') > 0, { what: 'a refusal', timeoutMs: 20_000 });
    const { url } = front.status().registrations[0] ?? { url: '' };
    await expect(fetch(url.replace('https:', 'http:'), { method: 'POST' })).rejects.toThrow('fetch failed');
    expect(monitor.bodies()).toEqual([]);
  });
});

test.each([
  ['a password in the URL of the server', { server: 'http://a:geheim@127.0.0.1/' }, 'server'],
  [
    'a password in the URL given to the front end',
    { callback: { advertise: 'https://a:geheim@x/' } },
    'advertise',
  ],
  [
    'a plain URL given to the front end where callbacks are taken by TLS',
    { callback: { advertise: 'http://x/', tls: { certificate: 'c', key: 'k' } } },
    'advertise',
  ],
  ['a user without a password', { credentials: { user: 'a' } }, 'credentials'],
  ['a certificate without a key', { tls: { certificate: 'c' } }, 'tls'],
  ['callers without any', { callback: { callers: {} } }, 'callers'],
])('%s is a mistake of the configuration, and is not repeated', (_, section, key) => {
  const parsed = BeamMonitorConfig.safeParse({ server: 'http://127.0.0.1/', devices: 'd', ...section });
  expect(parsed.error?.issues.map(({ path }) => path.at(-1))).toEqual([key]);
  expect(parsed.error?.message).not.toContain('geheim');
});
