/** The process that `live-viewers.ts` measures: a gateway, or the least that tells viewers the same. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { z } from 'zod';
import { gateway } from '../actors/gateway/actor.ts';
import { GatewayConfig } from '../actors/gateway/config.ts';
import { type AlarmChange, alarmChange } from '../protocol/messages/alarm-change.ts';
import { type ActorDefinition, watch } from '../runtime/actor.ts';
import { runActor } from '../runtime/host/host.ts';
import { createLogger } from '../runtime/log.ts';
import { hostOptions } from '../test/helpers/host-options.ts';
import { openTestNats } from '../test/helpers/streams.ts';
import { temporaryDirectory } from '../test/helpers/temporary-directory.ts';

export type Kind = 'gateway' | 'bare';
export type FromServer =
  | { readonly word: 'url'; readonly url: string }
  | { readonly word: 'memory'; readonly bytes: number; readonly cpuMs: number };

const sockets = new Set<WebSocket>();

/** Hears ALARM as the gateway does, and sends each change, made once, to everybody. */
const bare: ActorDefinition<unknown> = {
  name: 'bare',
  summary: '',
  consumes: ['ALARM'],
  produces: [],
  config: z.unknown(),
  start: async () => ({
    lanes: [
      watch<AlarmChange>({
        stream: 'ALARM',
        types: [alarmChange],
        from: 'current',
        see: ({ body, stream, sequence }) => {
          const news = Buffer.from(
            JSON.stringify({ type: 'alarm', position: { stream, sequence }, change: body }),
          );
          for (const socket of sockets) socket.send(news, { binary: false, compress: false });
        },
      }),
    ],
    [Symbol.asyncDispose]: async () => {},
  }),
};

async function serveBare(): Promise<string> {
  const server = createServer();
  const sessions = new WebSocketServer({ server, perMessageDeflate: false, clientTracking: false });
  sessions.on('connection', socket => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('message', () => {});
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const [kind, natsUrl] = process.argv.slice(2) as [Kind, string];
const nats = await openTestNats(natsUrl);
const directory = await temporaryDirectory();
const stop = new AbortController();
const url = Promise.withResolvers<string>();
const log = createLogger('info', {
  write: line => {
    const { msg, url: at } = JSON.parse(line) as { msg?: string; url?: string };
    if (msg === 'serving' && at !== undefined) url.resolve(`${at.replace('http', 'ws')}/api/v1/live`);
  },
});
const options = hostOptions(nats, stop.signal, { log, dataDirectory: directory.path });
const config = GatewayConfig.parse({
  listen: { port: 0 },
  anonymous: 'viewer',
  page: { directory: `${directory.path}/none` },
  limits: {
    connections: 10_000,
    connectionsPerAddress: 10_000,
    viewers: 10_000,
    viewersPerAddress: 10_000,
    requestsPerSecond: 100_000,
  },
});
const ended = kind === 'gateway' ? runActor(gateway, config, options) : runActor(bare, undefined, options);
if (kind === 'bare') url.resolve(await serveBare());

const answers = {
  url: async (): Promise<FromServer> => ({ word: 'url', url: await url.promise }),
  memory: async (): Promise<FromServer> => {
    for (let n = 0; n < 3; n++) globalThis.gc?.();
    const { user, system } = process.cpuUsage();
    const { heapUsed, external } = process.memoryUsage();
    return { word: 'memory', bytes: heapUsed + external, cpuMs: (user + system) / 1_000 };
  },
};
process.on('message', (word: FromServer['word']) => {
  void answers[word]().then(answer => process.send?.(answer));
});
process.on('SIGTERM', () => {
  stop.abort();
  void ended.then(async () => {
    await directory[Symbol.asyncDispose]();
    process.exit(0);
  });
});
