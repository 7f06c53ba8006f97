import { execFile, spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { valuesOf } from '../../../protocol/messages/readings.ts';
import { until } from '../../helpers/until.ts';
import { FrontEnd, readingOf } from './front-end.ts';
import { startMonitor } from './monitor.ts';

/** A callback sent by an implementation nobody here wrote is stored as it was meant. */
async function listening() {
  const stack = new AsyncDisposableStack();
  const front = stack.use(await FrontEnd.listen());
  const monitor = stack.use(await startMonitor(front.server.url));
  await until(() => front.registrations.size === 2, { what: 'both registrations' });
  return {
    monitor,
    registered: front.registeredFor('A9'),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

const python = spawnSync('python3', ['-c', 'import xmlrpc.client']).status === 0;

const SCRIPT = `
import sys, xmlrpc.client
url, registration = sys.argv[1:]
reading = lambda name, scaled: dict(name=name, scaled=scaled, units='mm', status=0, seconds=1323726316, milliseconds=548)
print(xmlrpc.client.ServerProxy(url).spillway.readings(dict(
    id=registration, event='A9', sequence=1, seconds=1323726316, nanoseconds=528000000,
    readings=[reading('E:TRTGTD', 25.5), reading('E:NBCCNT', 17),
              reading('E:HPTGT', [0.0, 1e-7, -1.5, float('nan'), float('inf'), 5, 6e20])])))
`;

test.skipIf(!python)('Python, NaN and infinity included (skipped where there is no python3)', async () => {
  await using line = await listening();
  const { stdout } = await promisify(execFile)('python3', [
    '-c',
    SCRIPT,
    line.registered.url,
    line.registered.id,
  ]);
  expect(stdout.trim()).toBe('True');
  const [body] = line.monitor.bodies();
  expect(body?.time).toEqual({ seconds: 1_323_726_316, nanoseconds: 528_000_000 });
  expect(body?.devices.map(device => [device.name, valuesOf(device)])).toEqual([
    ['E:TRTGTD', [25.5]],
    ['E:HPTGT', [0, 1e-7, -1.5, Number.NaN, Number.POSITIVE_INFINITY, 5, 6e20]],
    ['E:NBCCNT', [17]],
  ]);
  expect(body?.problems.map(({ code }) => code)).toEqual(['DEVICE_NOT_FINITE']);
});

interface NpmXmlRpc {
  createClient(options: { url: string }): {
    methodCall(method: string, params: unknown[], done: (error: Error | null, value: unknown) => void): void;
  };
}

/** One callback with these readings, sent by the npm package. */
function npmCallback({ url, id }: { url: string; id: string }, readings: readonly unknown[]) {
  const npm = createRequire(import.meta.url)('xmlrpc') as NpmXmlRpc;
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  const time = { seconds: 1_323_726_316, nanoseconds: 528_000_000 };
  const callback = { id, event: 'A9', sequence: 1, ...time, readings };
  npm
    .createClient({ url })
    .methodCall('spillway.readings', [callback], (error, value) => (error ? reject(error) : resolve(value)));
  return promise;
}

test('the npm xmlrpc package', async () => {
  await using line = await listening();
  const readings = [readingOf('E:TRTGTD', { scaled: 25.5 }), readingOf('E:NBCCNT', { scaled: 17 })];
  expect(await npmCallback(line.registered, readings)).toBe(true);
  expect(line.monitor.bodies()[0]?.devices.map(({ name, values }) => [name, values])).toEqual([
    ['E:TRTGTD', [25.5]],
    ['E:NBCCNT', [17]],
  ]);
});

test('an integer beyond 32 bits, which the npm package writes as <int>, costs its device and nothing else', async () => {
  await using line = await listening();
  const readings = [
    readingOf('E:TRTGTD', { scaled: 5_000_000_000 }),
    readingOf('E:NBCCNT', { scaled: 2 ** 31 }),
  ];
  const wires = readingOf('E:HPTGT', { scaled: [0, -(2 ** 40), 2, 3, 4, 5, 6] });
  expect(await npmCallback(line.registered, [...readings, wires])).toBe(true);
  const [body] = line.monitor.bodies();
  expect(body?.devices.map(({ name, values }) => [name, values])).toEqual([
    ['E:TRTGTD', [5_000_000_000]],
    ['E:HPTGT', [0, -(2 ** 40), 2, 3, 4, 5, 6]],
  ]);
  expect(body?.problems.map(({ device, code }) => [device, code])).toEqual([
    ['E:NBCCNT', 'DEVICE_INT_RANGE'],
  ]);
});
