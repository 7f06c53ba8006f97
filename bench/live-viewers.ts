/**
 * How long a change of an alarm takes from being published to being heard by each of 500 viewers of one gateway, and how
 * much memory a viewer costs (heap and buffers of the process after a collection, not the kernel's), beside the least there can be: a `ws` server that hears the same stream through the same kind of
 * lane and sends the same bytes to everybody. Publisher, viewers and nats-server share the machine, so the times are upper
 * bounds; the difference between the two is what the gateway adds.
 *
 *     npx --no-install node bench/live-viewers.ts [--viewers 500] [--changes 200] [--each-ms 50]
 */
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { alarmChange } from '../protocol/messages/alarm-change.ts';
import { publish } from '../runtime/host/publish.ts';
import { alarm } from '../test/actors/gateway/harness.ts';
import { natsServer } from '../test/helpers/nats.ts';
import { openTestNats } from '../test/helpers/streams.ts';
import { addLookers, LiveServer, Looker } from './live-viewers-client.ts';
import type { Kind } from './live-viewers-server.ts';

const { values } = parseArgs({
  options: {
    viewers: { type: 'string', default: '500' },
    changes: { type: 'string', default: '200' },
    'each-ms': { type: 'string', default: '50' },
  },
});
const viewers = Number(values.viewers);
const changes = Number(values.changes);
const eachMs = Number(values['each-ms']);

const quantile = (sorted: Float64Array, q: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;

async function measure(kind: Kind): Promise<void> {
  await using nats = await natsServer({ syncInterval: 1_000 });
  await using client = await openTestNats(nats.url);
  const change = (n: number) =>
    publish(client, { type: alarmChange, body: alarm('beam/horn/current', { transition: n }) }, [], {
      deadlineMs: 5_000,
    });
  await using server = new LiveServer(kind, nats.url);
  const { url } = await server.ask('url');
  const warm = new Looker(url);
  await once(warm.socket, 'open');
  // The first of them may be in its snapshot.
  for (let n = 1_000_000; warm.at.length < 20; n++) {
    await change(n);
    await delay(20);
  }
  warm.socket.close();
  await delay(500);
  const before = await server.ask('memory');
  const lookers: Looker[] = [];
  await addLookers(lookers, url, viewers);
  await delay(2_000);
  const after = await server.ask('memory');
  const sent: number[] = [];
  for (let n = 2; n < changes + 2; n++) {
    sent.push(performance.now());
    await change(n);
    await delay(eachMs);
  }
  while (lookers.some(({ at }) => at.length < changes)) await delay(10);
  const busy = await server.ask('memory');
  const times = Float64Array.from(
    lookers.flatMap(({ at }) => at.map((one, n) => one - (sent[n] ?? 0))),
  ).toSorted();
  const last = Float64Array.from(
    sent.map((began, n) => Math.max(...lookers.map(({ at }) => at[n] ?? 0)) - began),
  ).toSorted();
  const ms = (value: number) => `${value.toFixed(1).padStart(7)} ms`;
  const kib = (bytes: number) => `${(bytes / viewers / 1024).toFixed(1).padStart(6)} KiB`;
  process.stdout.write(
    `${kind.padEnd(8)} ${lookers.length} viewers, ${changes} changes: p50 ${ms(quantile(times, 0.5))}  p99 ${ms(quantile(times, 0.99))}` +
      `  longest ${ms(times.at(-1) ?? 0)}  last viewer p50 ${ms(quantile(last, 0.5))}` +
      `  memory a viewer: idle ${kib(after.bytes - before.bytes)}, after ${kib(busy.bytes - before.bytes)}` +
      `  CPU a message and viewer ${((1000 * (busy.cpuMs - after.cpuMs)) / (changes * viewers)).toFixed(1)} us\n`,
  );
  for (const { socket } of lookers) socket.terminate();
}

for (const kind of ['bare', 'gateway', 'bare', 'gateway'] as const) await measure(kind);
