import { once } from 'node:events';
import { createServer } from 'node:http';
import { Counter, Gauge, Registry } from 'prom-client';
import { SpillwayError } from '../protocol/errors.ts';
import { ActorState, type Health } from '../protocol/messages/health.ts';
import { eventTimeToMs } from '../protocol/time.ts';
import { parseCounterKey } from './host/statistics.ts';
import { listening } from './listen.ts';
import { notReady } from './readiness.ts';

type Labels = Readonly<Record<string, string>>;

/** Metrics of one name, gathered before they are registered: only then are all labels of the name known. */
interface Family {
  readonly kind: 'counter' | 'gauge';
  readonly help: string;
  readonly series: { readonly labels: Labels; readonly value: number }[];
}

/**
 * Prometheus metrics of the given heartbeats, in the text format. Heartbeats are the one source: a process serves
 * its own, `spillway up` serves everybody's. Every series has the labels `actor` and `instance`.
 *
 * What an actor counts as `refused{reason="X"}` is `spillway_refused_total{reason="X"}`, a counter; what it says of itself as
 * `secondsSinceCallback` is `spillway_seconds_since_callback`, a gauge.
 */
export async function renderMetrics(beats: readonly Health[]): Promise<string> {
  const families = new Map<string, Family>();
  for (const beat of beats) gather(beat, families);
  const registry = new Registry();
  for (const [name, { kind, help, series }] of families) {
    const labelNames = [...new Set(series.flatMap(({ labels }) => Object.keys(labels)))];
    const options = { name, help, labelNames, registers: [registry] };
    if (kind === 'gauge') {
      const gauge = new Gauge(options);
      for (const { labels, value } of series) gauge.set(labels, value);
    } else {
      const counter = new Counter(options);
      for (const { labels, value } of series) counter.inc(labels, value);
    }
  }
  return await registry.metrics();
}

function gather(beat: Health, families: Map<string, Family>): void {
  const who = { actor: beat.actor, instance: beat.instance };
  const add = (kind: Family['kind'], name: string, help: string, value: number, labels: Labels = {}) => {
    const full = `spillway_${snakeCase(name)}${kind === 'counter' ? '_total' : ''}`;
    const family = families.get(full) ?? { kind, help, series: [] };
    families.set(full, family);
    family.series.push({ labels: { ...labels, ...who }, value });
  };
  const alive = beat.state === ActorState.running || beat.state === ActorState.draining;
  add('gauge', 'actor_up', '1 while the actor runs or drains', alive ? 1 : 0);
  add('gauge', 'heartbeat_timestamp_seconds', 'time of the last heartbeat', eventTimeToMs(beat.at) / 1000);
  for (const { stream, name, position, lag, rate, retries, dead } of beat.lanes) {
    const of = { stream, ...(name === undefined ? {} : { lane: name }) };
    add('gauge', 'lane_position', 'last stream sequence whose effect has happened', position, of);
    add('gauge', 'lane_lag_messages', 'messages in the stream beyond the position', lag, of);
    add('gauge', 'lane_rate_messages_per_second', 'messages handled per second', rate, of);
    add('counter', 'lane_retries', 'attempts beyond the first', retries, of);
    add('counter', 'lane_dead_letters', 'messages given up on', dead, of);
  }
  for (const [key, value] of Object.entries(beat.counters)) {
    const { name, labels } = parseCounterKey(key);
    add('counter', name, `"${name}", counted since the start`, value, labels);
  }
  for (const [name, value] of Object.entries(beat.figures ?? {})) {
    add('gauge', name, `"${name}", as the actor says of itself`, value);
  }
  for (const [name, { p50, p99, max }] of Object.entries(beat.latencies)) {
    const quantiles = { '0.5': p50, '0.99': p99, '1': max };
    for (const [quantile, value] of Object.entries(quantiles)) {
      add('gauge', 'latency_milliseconds', 'latency since the start; quantile 1 is the longest', value, {
        name,
        quantile,
      });
    }
  }
}

/** `secondsSinceCallback` as Prometheus spells it; what no metric name may hold becomes `_`. */
const snakeCase = (name: string): string =>
  name
    .replaceAll(/(?<=[a-z0-9])[A-Z]/g, letter => `_${letter}`)
    .toLowerCase()
    .replaceAll(/[^a-z0-9_]/g, '_');

const TEXT_FORMAT = 'text/plain; version=0.0.4; charset=utf-8';

/**
 * Serves at `host:port`; port 0 takes a free one. `/metrics`; `/healthz`, answered by a process that lives; `/readyz`, 200 once every one
 * of the actors works or stands by, and else 503 with a line for each that does not.
 * @throws SpillwayError USAGE for another notation, ADDRESS_UNAVAILABLE where it cannot listen there.
 */
export async function serveMetrics(
  address: string,
  beats: () => readonly Health[],
  actors: readonly string[] = [],
): Promise<AsyncDisposable & { readonly url: string }> {
  const [, host, port] = /^\[?([^\]]+)\]?:(\d{1,5})$/.exec(address) ?? [];
  if (!host || Number(port) > 65_535)
    throw new SpillwayError('USAGE', `--metrics takes HOST:PORT, not ${address}`);
  const server = createServer((request, response) => {
    const path = request.url?.split('?')[0];
    if (path === '/healthz') response.end('ok\n');
    else if (path === '/readyz') {
      const missing = notReady(actors, beats());
      response.writeHead(missing.length === 0 ? 200 : 503).end(`${missing.join('\n') || 'ok'}\n`);
    } else if (path !== '/metrics') response.writeHead(404).end();
    else
      renderMetrics(beats()).then(
        text => response.writeHead(200, { 'content-type': TEXT_FORMAT }).end(text),
        () => response.writeHead(500).end(),
      );
  });
  let actual: number;
  try {
    actual = await listening(server, Number(port), host);
  } catch (cause) {
    throw new SpillwayError('ADDRESS_UNAVAILABLE', `metrics cannot be served at ${address}`, { cause });
  }
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${actual}/metrics`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
