import { join } from 'node:path';
import { readAll } from '../commands/dead.ts';
import type { ResolvedConfig } from '../config/resolve.ts';
import type { Nats } from '../host/nats.ts';
import { streamId } from '../host/streams.ts';
import { filed } from './beam-files.ts';
import { type Comparison, compare, type Sightings } from './compare.ts';
import { type EventVerification, verifyEvents } from './events/verify-events.ts';
import { triggered } from './front-end.ts';
import { type Latencies, latencies } from './latencies.ts';
import { disordered, sequencesOf } from './order.ts';
import { accepted, packed } from './sightings.ts';
import { stored, storedReadings } from './store.ts';

export interface Scope {
  /** Trigger times, in milliseconds since 1970. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Where the front end keeps a record of what it served, if it does. */
  readonly frontEnd: string | undefined;
  /** Where a simulated camera keeps truth files beside its runs, if there is one. */
  readonly truth: string | undefined;
}

export interface Verification extends Comparison {
  readonly deadLetters: number;
  /** Device readings and values in the store. */
  readonly readings: number;
  readonly values: number;
  readonly latencyMs: Latencies;
  /** From the first trigger to the last row in the store. */
  readonly spanSeconds: number;
  /** Where events of a camera are taken; its findings are among those of all. */
  readonly events?: EventVerification | undefined;
}

/** Compares front end, streams, files and store for a range of times of triggers and of camera events. */
export async function verify(config: ResolvedConfig, nats: Nats, scope: Scope): Promise<Verification> {
  const { fromMs, toMs, frontEnd } = scope;
  const events = await verifyEvents(config, nats, scope);
  const { seen: beam, findings: unreadableReadings } = await accepted(nats, fromMs, toMs);
  const { seen: records, findings: unreadableRecords } = await packed(nats, fromMs, toMs, beam);
  const accepts = beam.readings;
  const inStore = await stored(config.store, await streamId(nats.jsm, nats.experiment, 'SPILL'), records);
  const readings = await storedReadings(
    config.store,
    nats,
    await streamId(nats.jsm, nats.experiment, 'BEAM'),
    accepts,
  );
  const keys = new Map(records.map(({ record, key }) => [record, key]));
  const inFiles =
    config.actors['rotorooter'] === undefined
      ? undefined
      : await filed(beamDirectory(config), keys, fromMs, toMs);
  const sightings: Sightings = {
    ...(frontEnd === undefined ? {} : { triggered: await triggered(frontEnd, fromMs, toMs) }),
    accepted: [...accepts.values()],
    packed: records,
    ...(inFiles && { filed: inFiles.seen }),
    stored: inStore.seen,
  };
  const comparison = compare(sightings);
  const fedAs = sequencesOf(records, record => record.fedAs);
  const firstMs = accepts
    .values()
    .reduce((first, { triggeredAtMs }) => Math.min(first, triggeredAtMs), Number.POSITIVE_INFINITY);
  const lastMs = inStore.storedAtMs
    .values()
    .reduce((last, at) => Math.max(last, at), Number.NEGATIVE_INFINITY);
  return {
    ...comparison,
    findings: [
      ...unreadableReadings,
      ...unreadableRecords,
      ...(inFiles?.findings ?? []),
      ...comparison.findings,
      ...disordered('packed', records, ({ cause }) => cause),
      ...disordered('filed', inFiles?.seen ?? [], ({ key }) => fedAs.get(key)),
      ...readings.findings,
      ...(events?.findings ?? []),
    ],
    events,
    deadLetters: (await readAll(nats)).length,
    readings: readings.readings,
    values: readings.values,
    spanSeconds: Number.isFinite(firstMs) && Number.isFinite(lastMs) ? (lastMs - firstMs) / 1000 : 0,
    latencyMs: await latencies(nats, fromMs, accepts, records, inStore.storedAtMs),
  };
}

interface RotorooterSection {
  readonly directory?: string | undefined;
}

const beamDirectory = (config: ResolvedConfig): string =>
  (config.actors['rotorooter'] as RotorooterSection).directory ?? join(config.dataDirectory, 'beam');
