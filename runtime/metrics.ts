import { once } from 'node:events';
import { createServer } from 'node:http';
import { Gauge, Registry } from 'prom-client';
import { SpillwayError } from '../protocol/errors.ts';
import { ActorState, type Health } from '../protocol/messages/health.ts';
import { eventTimeToMs } from '../protocol/time.ts';

/**
 * Prometheus metrics of the given heartbeats, in the text format. Heartbeats are the one source: a process serves
 * its own, `spillway up` serves everybody's.
 */
export async function renderMetrics(beats: readonly Health[]): Promise<string> {
  const registry = new Registry();
  const gauge = (name: string, help: string, labelNames: string[] = []) =>
    new Gauge({
      name: `spillway_${name}`,
      help,
      labelNames: ['actor', 'instance', ...labelNames],
      registers: [registry],
    });
  const up = gauge('actor_up', '1 while the actor runs or drains');
  const heartbeat = gauge('heartbeat_timestamp_seconds', 'time of the last heartbeat');
  const position = gauge('lane_position', 'last stream sequence whose effect has happened', ['stream']);
  const lag = gauge('lane_lag_messages', 'messages in the stream beyond the position', ['stream']);
  const rate = gauge('lane_rate_messages_per_second', 'messages handled per second', ['stream']);
  const retries = gauge('lane_retries_total', 'attempts beyond the first', ['stream']);
  const dead = gauge('lane_dead_letters_total', 'messages given up on', ['stream']);
  const counter = gauge('count', 'counts since the start, by name', ['name']);
  const latency = gauge('latency_milliseconds', 'latency since the start', ['name', 'quantile']);
  for (const beat of beats) {
    const { actor, instance } = beat;
    const who = { actor, instance };
    const alive = beat.state === ActorState.running || beat.state === ActorState.draining;
    up.set(who, alive ? 1 : 0);
    heartbeat.set(who, eventTimeToMs(beat.at) / 1000);
    for (const lane of beat.lanes) {
      const where = { ...who, stream: lane.stream };
      position.set(where, lane.position);
      lag.set(where, lane.lag);
      rate.set(where, lane.rate);
      retries.set(where, lane.retries);
      dead.set(where, lane.dead);
    }
    for (const [name, value] of Object.entries(beat.counters)) counter.set({ ...who, name }, value);
    for (const [name, { p50, p99, max }] of Object.entries(beat.latencies)) {
      latency.set({ ...who, name, quantile: '0.5' }, p50);
      latency.set({ ...who, name, quantile: '0.99' }, p99);
      latency.set({ ...who, name, quantile: '1' }, max);
    }
  }
  return registry.metrics();
}

/** Serves `/metrics` and `/healthz` at `host:port`. */
export async function serveMetrics(
  address: string,
  beats: () => readonly Health[],
): Promise<AsyncDisposable & { readonly url: string }> {
  const [, host, port] = /^(.+):(\d{1,5})$/.exec(address) ?? [];
  if (!host) throw new SpillwayError('USAGE', `--metrics takes HOST:PORT, not ${address}`);
  const server = createServer((request, response) => {
    if (request.url === '/healthz') return response.end('ok\n');
    if (request.url !== '/metrics') return response.writeHead(404).end();
    renderMetrics(beats()).then(
      text => response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(text),
      () => response.writeHead(500).end(),
    );
  });
  server.listen(Number(port), host);
  await once(server, 'listening');
  const bound = server.address();
  const actual = typeof bound === 'object' && bound ? bound.port : Number(port);
  return {
    url: `http://${host}:${actual}/metrics`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
