import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';
import type { Health } from '../../protocol/messages/health.ts';
import type { Milliseconds } from '../../protocol/time.ts';

/** Counts and latencies of one actor since its start: what heartbeats and metrics tell. */
export class Statistics {
  readonly #counters = new Map<string, number>();
  readonly #histograms = new Map<string, RecordableHistogram>();

  /** `count('refused', { reason: 'HOST_REFUSED' })` counts under `refused{reason="HOST_REFUSED"}`. */
  count(name: string, labels: Readonly<Record<string, string>> = {}, by = 1): void {
    const key = counterKey(name, labels);
    this.#counters.set(key, (this.#counters.get(key) ?? 0) + by);
  }

  observe(name: string, milliseconds: Milliseconds): void {
    let histogram = this.#histograms.get(name);
    if (!histogram) this.#histograms.set(name, (histogram = createHistogram({ figures: 3 })));
    // Kept in microseconds: the histogram takes whole numbers from 1.
    histogram.record(Math.max(1, Math.round(milliseconds * 1000)));
  }

  get counters(): Record<string, number> {
    return Object.fromEntries(this.#counters);
  }

  get latencies(): Health['latencies'] {
    const inMs = (microseconds: number) => microseconds / 1000;
    return Object.fromEntries(
      [...this.#histograms].map(([name, histogram]) => [
        name,
        {
          count: histogram.count,
          p50: inMs(histogram.percentile(50)),
          p99: inMs(histogram.percentile(99)),
          max: inMs(histogram.max),
        },
      ]),
    );
  }
}

/** A counter's name with its labels: `refused{reason="HOST_REFUSED"}`, values as JSON strings. */
export const counterKey = (name: string, labels: Readonly<Record<string, string>>): string => {
  const parts = Object.entries(labels).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
  return parts.length === 0 ? name : `${name}{${parts.join(',')}}`;
};

/** Name and labels of a counter: what `counterKey` was made from. */
export function parseCounterKey(key: string): { name: string; labels: Record<string, string> } {
  const [, name = key, inner = ''] = /^([^{]+)\{(.+)\}$/s.exec(key) ?? [];
  const parts = inner.matchAll(/(\w+)=("(?:[^"\\]|\\.)*")/g);
  return {
    name,
    labels: Object.fromEntries([...parts].map(([, label, value]) => [label, JSON.parse(value ?? '""')])),
  };
}
