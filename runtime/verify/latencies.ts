import { ledgerEntry } from '../../protocol/messages/ledger-entry.ts';
import { eventTimeToMs, type Milliseconds } from '../../protocol/time.ts';
import type { Nats } from '../host/nats.ts';
import { readStream } from './read-stream.ts';
import type { Accepted, Packed } from './sightings.ts';

export interface Quantiles {
  readonly p50: Milliseconds;
  readonly p99: Milliseconds;
}

export interface Latencies {
  readonly accepted: Quantiles;
  readonly filed: Quantiles;
  readonly stored: Quantiles;
}

/**
 * From the trigger to each stage, in-spill records only, by what the stages themselves wrote down: JetStream's time stamp,
 * the ledger's entry of the fsync, the store's insert time.
 */
export async function latencies(
  nats: Nats,
  fromMs: Milliseconds,
  beam: ReadonlyMap<number, Accepted>,
  records: readonly Packed[],
  storedAtMs: ReadonlyMap<number, Milliseconds>,
): Promise<Latencies> {
  const filedAtMs = await filedTimes(nats, fromMs);
  const inSpill = records.filter(({ inOut }) => inOut === 'in');
  const since = (times: ReadonlyMap<number, Milliseconds>) =>
    inSpill.flatMap(({ sequence, triggeredAtMs }) => {
      const at = times.get(sequence);
      return at === undefined ? [] : [at - triggeredAtMs];
    });
  return {
    accepted: quantiles(
      [...beam.values()].filter(({ inOut }) => inOut === 'in').map(one => one.storedAtMs - one.triggeredAtMs),
    ),
    filed: quantiles(since(filedAtMs)),
    stored: quantiles(since(storedAtMs)),
  };
}

/** When the ledger says that each SPILL sequence was on disk. */
async function filedTimes(nats: Nats, fromMs: Milliseconds): Promise<Map<number, Milliseconds>> {
  const times = new Map<number, Milliseconds>();
  for await (const message of readStream(nats, 'LEDGER', fromMs)) {
    if (!message.subject.endsWith('.ledger.entry.filed')) continue;
    const entry = ledgerEntry.decode(message.data);
    for (let sequence = entry.first; sequence <= entry.last; sequence++) {
      if (!times.has(sequence)) times.set(sequence, eventTimeToMs(entry.at));
    }
  }
  return times;
}

/** Nearest-rank quantiles, to the microsecond; 0 when there is nothing to rank. */
export function quantiles(values: readonly number[]): Quantiles {
  const sorted = Float64Array.from(values).toSorted();
  const at = (fraction: number) => {
    const value = sorted[Math.max(0, Math.ceil(fraction * sorted.length) - 1)] ?? 0;
    return Math.round(value * 1000) / 1000;
  };
  return { p50: at(0.5), p99: at(0.99) };
}
