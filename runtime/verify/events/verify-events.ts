import type { Milliseconds } from '../../../protocol/time.ts';
import type { ResolvedConfig } from '../../config/resolve.ts';
import type { Nats } from '../../host/nats.ts';
import { openStore } from '../../store/connection.ts';
import { type EVENT_STAGES, type Finding, findingsAt, type Sighting } from '../compare.ts';
import { type Quantiles, quantiles } from '../latencies.ts';
import { disordered } from '../order.ts';
import type { EventScope, EventSighting } from './event-sighting.ts';
import { listed, recorded } from './rows.ts';
import { inStreams } from './streams.ts';
import { written } from './truth-files.ts';

type EventStage = (typeof EVENT_STAGES)[number];

/** What became of the events of a camera. */
export interface EventVerification {
  /** Events at each stage that was asked; `reconstructed` and what follows without those of pedestal runs; `summarised` are runs. */
  readonly counts: Partial<Record<EventStage, number>>;
  /** Data runs that ended. */
  readonly runs: number;
  readonly pedestalEvents: number;
  readonly sampledOut: number;
  /** Serials that the camera's front end left out. */
  readonly missingSerials: number;
  readonly findings: readonly Finding[];
  /** From the picture to its result in the stream, and to the row in the store; where a front end tells its times. */
  readonly latencyMs: { readonly reconstructed: Quantiles; readonly recorded: Quantiles };
}

/** What this has to know of the actors' sections. */
interface IntakeSection {
  readonly detector: string;
}

interface SentinelSection {
  readonly equipment: string;
}

export interface EventRange {
  readonly fromMs: Milliseconds;
  readonly toMs: Milliseconds;
  /** Where a camera keeps truth files beside its runs, if it does. */
  readonly truth: string | undefined;
  readonly run?: number | undefined;
  /** Default: that of the intake. */
  readonly detector?: string | undefined;
}

/** Compares front end, streams and store for the events of a camera; `undefined` where nothing takes any. */
export async function verifyEvents(
  config: ResolvedConfig,
  nats: Nats,
  { truth, detector, ...range }: EventRange,
): Promise<EventVerification | undefined> {
  const { actors } = config;
  const intake = actors['event-intake'] as IntakeSection | undefined;
  if (!intake) return undefined;
  const sentinel = actors['sentinel'] as SentinelSection | undefined;
  const scope: EventScope = {
    detector: detector ?? intake.detector,
    equipment: sentinel?.equipment ?? 'Trigger',
    ...range,
  };
  const streams = await inStreams(nats, scope);
  const told = truth === undefined ? undefined : await written(truth, scope);
  const takenKeys = new Set(streams.taken.map(({ key }) => key));
  const before = told?.events.filter(({ key }) => takenKeys.has(key) || !told.doubtful.has(key));

  const stages: Partial<Record<EventStage, readonly Sighting[]>> = {
    ...(before && { written: before }),
    taken: streams.taken,
    ...(sentinel && { reconstructed: streams.reconstructed }),
    ...(actors['run-summary'] !== undefined && { summarised: streams.summarised }),
    ...(actors['recorder'] !== undefined && (await rowsOfStore(config, scope, sentinel !== undefined))),
  };
  const check = (stage: EventStage, from: EventStage, earlier: readonly Sighting[] | undefined) => {
    const seen = stages[stage];
    return seen && earlier ? findingsAt({ stage, seen }, { stage: from, seen: earlier }) : [];
  };
  const data = streams.taken.filter(({ pedestal }) => !pedestal);
  // A result has a digest of more than the event: whose it is stands in front.
  const results = streams.reconstructed.map(one => ({ ...one, digest: one.digest.split(' ')[0] ?? '' }));
  return {
    counts: Object.fromEntries(Object.entries(stages).map(([stage, seen]) => [stage, seen.length])),
    runs: streams.ended.length,
    pedestalEvents: streams.taken.length - data.length,
    sampledOut: streams.sampledOut,
    missingSerials: streams.missingSerials,
    findings: [
      ...streams.findings,
      ...[...Map.groupBy(streams.taken, ({ source }) => source.name).values()].flatMap(taken =>
        // Offsets of a connection begin anew with the next one.
        disordered('taken', taken, ({ source }) =>
          /\.mid(\.gz)?$/.test(source.name) ? source.offset : undefined,
        ),
      ),
      ...(told
        ? findingsAt(
            { stage: 'taken', seen: streams.taken.filter(({ run }) => told.runs.has(run)) },
            { stage: 'written', seen: before ?? [] },
          )
        : []),
      ...check('listed', 'taken', streams.taken),
      ...(sentinel
        ? findingsAt({ stage: 'reconstructed', seen: results }, { stage: 'taken', seen: data })
        : []),
      ...check('recorded', 'reconstructed', streams.reconstructed),
      ...check('summarised', 'taken', streams.ended),
    ],
    latencyMs: {
      reconstructed: latencies(before, streams.reconstructed),
      recorded: latencies(before, stages.recorded as readonly EventSighting[] | undefined),
    },
  };
}

async function rowsOfStore(config: ResolvedConfig, scope: EventScope, results: boolean) {
  await using store = openStore(config.store);
  return {
    listed: await listed(store, scope),
    ...(results && { recorded: await recorded(store, scope) }),
  };
}

function latencies(
  from: readonly EventSighting[] | undefined,
  to: readonly EventSighting[] | undefined,
): Quantiles {
  const takenAt = new Map(from?.map(({ key, atMs }) => [key, atMs]));
  return quantiles(
    (to ?? []).flatMap(({ key, atMs }) => {
      const since = takenAt.get(key);
      return since === undefined ? [] : [atMs - since];
    }),
  );
}
