/**
 * How long a change of an alarm takes from being published to being heard by each of 500 viewers of one gateway, and how
 * much memory a viewer costs (heap and buffers of the process after a collection, not the kernel's), beside the least there can be: a `ws` server that hears the same stream through the same kind of
 * lane and sends the same bytes to everybody. Publisher, viewers and nats-server share the machine, so the times are upper
 * bounds; the difference between the two is what the gateway adds.
 *
 *     npx --no-install node bench/live-viewers.ts [--viewers 500] [--changes 200] [--each-ms 50]
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { WebSocket } from 'ws';
import { alarmChange } from '../protocol/messages/alarm-change.ts';
import { publish } from '../runtime/host/publish.ts';
import { alarm } from '../test/actors/gateway/harness.ts';
import { natsServer } from '../test/helpers/nats.ts';
import { openTestNats } from '../test/helpers/streams.ts';
import type { FromServer, Kind } from './live-viewers-server.ts';

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

/** What the server answers to a word. */
async function ask<Word extends FromServer['word']>(server: ChildProcess, word: Word) {
  server.send(word);
  for (;;) {
    const [answer] = (await once(server, 'message')) as [FromServer];
    if (answer.word === word) return answer as Extract<FromServer, { word: Word }>;
  }
}

/** A viewer that only notes when each change comes. */
class Looker {
  readonly socket: WebSocket;
  readonly at: number[] = [];

  constructor(url: string) {
    this.socket = new WebSocket(url, { perMessageDeflate: false });
    this.socket.on('message', (data: Buffer) => {
      // `{"type":"alarm"`, `{"type":"hello"`: the tenth byte tells.
      if (data[9] === 0x61) this.at.push(performance.now());
      else if (data[9] === 0x68 && data[10] === 0x65 && data[11] === 0x6c)
        this.socket.send('{"type":"start"}');
    });
  }
}

const quantile = (sorted: Float64Array, q: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;

async function measure(kind: Kind): Promise<void> {
  await using nats = await natsServer({ syncInterval: 1_000 });
  await using client = await openTestNats(nats.url);
  const change = (n: number) =>
    publish(client, { type: alarmChange, body: alarm('beam/horn/current', { transition: n }) }, [], {
      deadlineMs: 5_000,
    });
  const server = fork(new URL('live-viewers-server.ts', import.meta.url), [kind, nats.url], {
    execArgv: ['--expose-gc'],
  });
  try {
    const { url } = await ask(server, 'url');
    const warm = new Looker(url);
    await once(warm.socket, 'open');
    // The first of them may be in its snapshot.
    for (let n = 1_000_000; warm.at.length < 20; n++) {
      await change(n);
      await delay(20);
    }
    warm.socket.close();
    await delay(500);
    const before = await ask(server, 'memory');
    const lookers: Looker[] = [];
    while (lookers.length < viewers) {
      const some = Array.from({ length: 25 }, () => new Looker(url));
      await Promise.all(some.map(({ socket }) => once(socket, 'open')));
      lookers.push(...some);
    }
    await delay(2_000);
    const after = await ask(server, 'memory');
    const sent: number[] = [];
    for (let n = 2; n < changes + 2; n++) {
      sent.push(performance.now());
      await change(n);
      await delay(eachMs);
    }
    while (lookers.some(({ at }) => at.length < changes)) await delay(10);
    const busy = await ask(server, 'memory');
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
  } finally {
    server.kill();
    await once(server, 'exit');
  }
}

for (const kind of ['bare', 'gateway', 'bare', 'gateway'] as const) await measure(kind);
