import { describe, expect, test } from 'vitest';
import type { Health } from '../../protocol/messages/health.ts';
import { counterKey, parseCounterKey, Statistics } from '../../runtime/host/statistics.ts';
import { renderMetrics, serveMetrics } from '../../runtime/metrics.ts';

const NASTY = 'a "quoted" \\ back{slash}, and\na line end';

const beat = (over: Partial<Health> = {}): Health => ({
  actor: 'beam-monitor',
  instance: 'daq1-4711',
  pid: 4711,
  host: 'daq1',
  version: '0.1.0',
  startedAt: { seconds: 1_700_000_000, nanoseconds: 0 },
  at: { seconds: 1_700_000_060, nanoseconds: 500_000_000 },
  state: 'running',
  lanes: [
    { stream: 'BEAM', position: 12, lag: 3, rate: 1.5, retries: 2, dead: 1 },
    { stream: 'NOTICE', name: 'chat', position: 7, lag: 0, rate: 0, retries: 0, dead: 0 },
  ],
  counters: { restarts: 1 },
  figures: { secondsSinceCallback: 4 },
  latencies: { filed: { count: 9, p50: 1, p99: 20, max: 30 } },
  ...over,
});

interface Sample {
  readonly name: string;
  readonly labels: Record<string, string>;
  readonly value: number;
}

interface Exposition {
  readonly help: ReadonlyMap<string, string>;
  readonly types: ReadonlyMap<string, string>;
  readonly samples: readonly Sample[];
}

/** Reads the text format as its specification has it (prometheus.io, "Exposition formats", version 0.0.4). */
function parse(text: string): Exposition {
  const help = new Map<string, string>();
  const types = new Map<string, string>();
  const samples: Sample[] = [];
  for (const line of text.split('\n').filter(one => one !== '')) {
    const [, keyword, name, rest] = /^# (HELP|TYPE) ([a-z_:][a-z0-9_:]*) (.+)$/i.exec(line) ?? [];
    if (keyword && name && rest) {
      const into = keyword === 'HELP' ? help : types;
      if (into.has(name)) throw new Error(`${keyword} of ${name} stands twice`);
      into.set(name, rest);
      continue;
    }
    const sample = /^([a-z_:][a-z0-9_:]*)(?:\{((?:[a-z_]\w*="(?:[^"\\]|\\[\\"n])*",?)*)\})? (\S+)$/i.exec(
      line,
    );
    if (!sample) throw new Error(`not a line of the format: ${line}`);
    const [, sampled = '', inner = '', value] = sample;
    const labels = [...inner.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, label = '', escaped = '']) => [
      label,
      escaped.replaceAll(/\\(.)/g, (_, char: string) => (char === 'n' ? '\n' : char)),
    ]);
    samples.push({ name: sampled, labels: Object.fromEntries(labels), value: Number(value) });
  }
  return { help, types, samples };
}

const WHO = { actor: 'beam-monitor', instance: 'daq1-4711' };

describe('the metrics text', () => {
  test('has help and a type for every name, and no series twice', async () => {
    const other = beat({ actor: 'recorder', counters: { 'rows{table="spills"}': 7 }, figures: {} });
    const { help, types, samples } = parse(await renderMetrics([beat(), other]));
    expect(samples.length).toBeGreaterThan(15);
    for (const { name } of samples) {
      expect(help.get(name)).toMatch(/\w/);
      expect(types.get(name)).toBe(name.endsWith('_total') ? 'counter' : 'gauge');
    }
    expect(new Set(samples.map(sample => JSON.stringify([sample.name, sample.labels]))).size).toBe(
      samples.length,
    );
  });

  test('has what an actor counts as counters with labels, whatever the labels hold', async () => {
    const statistics = new Statistics();
    statistics.count('refused', { reason: 'HOST_REFUSED', from: NASTY }, 3);
    statistics.count('refused', { reason: 'RATE_EXCEEDED' });
    statistics.count('restarts');
    const { samples } = parse(await renderMetrics([beat({ counters: statistics.counters })]));
    expect(samples).toEqual(
      expect.arrayContaining([
        {
          name: 'spillway_refused_total',
          labels: { ...WHO, reason: 'HOST_REFUSED', from: NASTY },
          value: 3,
        },
        { name: 'spillway_refused_total', labels: { ...WHO, reason: 'RATE_EXCEEDED' }, value: 1 },
        { name: 'spillway_restarts_total', labels: WHO, value: 1 },
      ]),
    );
  });

  test('has what an actor says of itself as gauges, lanes by stream and latencies by quantile', async () => {
    const { samples } = parse(await renderMetrics([beat()]));
    const valueOf = (name: string, labels: Record<string, string> = {}) =>
      samples.find(
        sample =>
          sample.name === `spillway_${name}` &&
          Object.entries(labels).every(([label, value]) => sample.labels[label] === value),
      )?.value;
    expect(valueOf('seconds_since_callback', WHO)).toBe(4);
    expect(valueOf('heartbeat_timestamp_seconds')).toBe(1_700_000_060.5);
    expect(valueOf('lane_lag_messages', { stream: 'BEAM' })).toBe(3);
    expect(valueOf('lane_position', { stream: 'NOTICE', lane: 'chat' })).toBe(7);
    expect(valueOf('lane_dead_letters_total', { stream: 'BEAM' })).toBe(1);
    expect(valueOf('latency_milliseconds', { name: 'filed', quantile: '0.99' })).toBe(20);
    expect(valueOf('actor_up')).toBe(1);
  });

  test('tells an actor that waits out a failure as down', async () => {
    expect(await renderMetrics([beat({ state: 'failing' })])).toMatch(/^spillway_actor_up\{.*\} 0$/m);
  });
});

test.each([[{}], [{ reason: 'X' }], [{ reason: NASTY, other: '' }]])(
  'a counter with the labels %j is read back as it was counted',
  labels => {
    expect(parseCounterKey(counterKey('refused', labels))).toEqual({ name: 'refused', labels });
  },
);

test('metrics are served over HTTP as they are at the moment they are asked for', async () => {
  const beats: Health[] = [];
  await using server = await serveMetrics('127.0.0.1:0', () => beats);
  expect((await (await fetch(server.url)).text()).trim()).toBe('');
  beats.push(beat());
  const answer = await fetch(server.url);
  expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  expect(parse(await answer.text()).types.get('spillway_actor_up')).toBe('gauge');
  const at = (path: string) => fetch(new URL(path, server.url));
  expect(await (await at('/healthz')).text()).toBe('ok\n');
  expect((await at('/')).status).toBe(404);
});

test('an address that cannot be had is told by its code', async () => {
  await expect(serveMetrics('9464', () => [])).rejects.toMatchObject({ code: 'USAGE' });
  await using taken = await serveMetrics('127.0.0.1:0', () => []);
  await expect(serveMetrics(new URL(taken.url).host, () => [])).rejects.toMatchObject({
    code: 'ADDRESS_UNAVAILABLE',
  });
});
