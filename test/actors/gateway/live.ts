import { join } from 'node:path';
import { gateway } from '../../../actors/gateway/actor.ts';
import { GatewayConfig } from '../../../actors/gateway/config.ts';
import type { ActorDefinition } from '../../../runtime/actor.ts';
import { digestOfToken } from '../../../runtime/auth/token.ts';
import { runActor } from '../../../runtime/host/host.ts';
import { createLogger } from '../../../runtime/log.ts';
import { hostOptions } from '../../helpers/host-options.ts';
import type { TestNats } from '../../helpers/nats.ts';
import { openTestNats } from '../../helpers/streams.ts';
import { until } from '../../helpers/until.ts';

export const LIVE_TOKEN = 'spw_live';

/** Runs an actor on a connection of its own until the scope ends. */
export async function run<Config>(
  server: TestNats,
  definition: ActorDefinition<Config>,
  config: Config,
  over: Parameters<typeof hostOptions>[2] = {},
): Promise<AsyncDisposable> {
  const nats = await openTestNats(server.url);
  const stop = new AbortController();
  const ended = runActor(definition, config, hostOptions(nats, stop.signal, over));
  return {
    async [Symbol.asyncDispose]() {
      stop.abort();
      await ended;
      await nats.connection.close();
    },
  };
}

/** A gateway on a real NATS, ready; `call` is an expert's. */
export async function runLiveGateway(server: TestNats, directory: string, instance: string) {
  const url = Promise.withResolvers<string>();
  const log = createLogger('info', {
    write: line => {
      const { msg, url: at } = JSON.parse(line) as { msg?: string; url?: string };
      if (msg === 'serving' && at !== undefined) url.resolve(at);
    },
  });
  const config = GatewayConfig.parse({
    listen: { port: 0 },
    tokens: [{ name: 'live', role: 'expert', digest: digestOfToken(LIVE_TOKEN) }],
    limits: { requestsPerSecond: 10_000 },
    answerTimeout: '1s',
    page: { directory: join(directory, 'no-page') },
  });
  const actor = await run(server, gateway, config, {
    log,
    instance,
    dataDirectory: join(directory, instance),
  });
  const base = await url.promise;
  const call = async (method: string, path: string, body?: unknown) => {
    const response = await fetch(`${base}${path}`, {
      method,
      headers: { authorization: `Bearer ${LIVE_TOKEN}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, json: (await response.json()) as Record<string, unknown> };
  };
  await until(async () => (await fetch(`${base}/readyz`)).ok, { what: `${instance} ready` });
  return { ...actor, base, call };
}
