import type { JsMsg } from '@nats-io/jetstream';
import { asSpillwayError } from '../../../protocol/errors.ts';
import { HEADERS, type MessageType } from '../../../protocol/message.ts';
import { eventGap } from '../../../protocol/messages/event-gap.ts';
import { type RawEvent, rawEvent } from '../../../protocol/messages/raw-event.ts';
import { type Reconstruction, reconstruction } from '../../../protocol/messages/reconstruction.ts';
import { runSummary } from '../../../protocol/messages/run-summary.ts';
import { runEnd } from '../../../protocol/messages/run-transition.ts';
import type { StreamName } from '../../../protocol/subjects.ts';
import { eventTimeToMs, type Milliseconds } from '../../../protocol/time.ts';
import type { Nats } from '../../host/nats.ts';
import { type Finding, type Sighting, type Stage, UNREADABLE } from '../compare.ts';
import { readStream } from '../read-stream.ts';
import { type EventScope, type EventSighting, eventKey, isWithin, runKey } from './event-sighting.ts';

/** A front end's clock may be ahead of ours by this much before its events fall out of the range. */
const STORED_BEFORE_MS: Milliseconds = 60_000;

export interface TakenEvent extends EventSighting {
  readonly pedestal: boolean;
  readonly source: RawEvent['source'];
}

export interface InStreams {
  readonly taken: readonly TakenEvent[];
  readonly reconstructed: readonly EventSighting[];
  /** Data runs that have ended in the range, and what their latest summaries say. */
  readonly ended: readonly Sighting[];
  readonly summarised: readonly Sighting[];
  /** Serials left out, as EVENT tells them. */
  readonly missingSerials: number;
  readonly sampledOut: number;
  /** Messages that cannot be read. */
  readonly findings: readonly Finding[];
}

/** What EVENT, RECO, RUN and SUMMARY have of the range. */
export async function inStreams(nats: Nats, scope: EventScope): Promise<InStreams> {
  const taken: TakenEvent[] = [];
  const reconstructed: EventSighting[] = [];
  const ended: Sighting[] = [];
  const summaries = new Map<string, Sighting>();
  const findings: Finding[] = [];
  let missingSerials = 0;
  let sampledOut = 0;
  const isOurs = (one: { readonly detector: string; readonly equipment: string; readonly run: number }) =>
    one.detector === scope.detector && one.equipment === scope.equipment && isOurRun(one);
  const isOurRun = ({ run }: { readonly run: number }) => scope.run === undefined || run === scope.run;
  const of = <Body>(stream: StreamName, type: MessageType<Body>, stage: Stage) =>
    bodies(nats, stream, type, scope, problem =>
      findings.push({ kind: 'different', stage, key: UNREADABLE, where: problem }),
    );

  for await (const { body, where, atMs } of of('EVENT', rawEvent, 'taken')) {
    if (!isOurs(body) || !isWithin(eventTimeToMs(body.time), scope)) continue;
    const { pedestal } = body.runOf;
    const { source } = body;
    taken.push({
      key: eventKey(body),
      digest: body.body.digest,
      where,
      run: body.run,
      atMs,
      pedestal,
      source,
    });
  }
  for await (const { body } of of('EVENT', eventGap, 'taken')) {
    if (!isOurs(body) || !isWithin(eventTimeToMs(body.at), scope)) continue;
    if (body.kind === 'missing') missingSerials += body.last - body.first + 1;
  }
  for await (const { body, where, atMs } of of('RECO', reconstruction, 'reconstructed')) {
    if (!isOurs(body) || !isWithin(eventTimeToMs(body.time), scope)) continue;
    if (body.outcome === 'sampled-out') sampledOut++;
    reconstructed.push({ key: eventKey(body), digest: resultDigest(body), where, run: body.run, atMs });
  }
  for await (const { body, where } of of('RUN', runEnd, 'taken')) {
    if (
      !isOurRun(body) ||
      body.detector !== scope.detector ||
      body.pedestal ||
      !isWithin(eventTimeToMs(body.endedAt), scope)
    )
      continue;
    const events = body.equipment[scope.equipment]?.events ?? 0;
    ended.push({ key: runKey(body), digest: `${events} events`, where });
  }
  const wanted = new Set(ended.map(({ key }) => key));
  for await (const { body, where } of of('SUMMARY', runSummary, 'summarised')) {
    const key = runKey(body);
    if (!wanted.has(key)) continue;
    const digest = body.complete ? `${body.events} events` : `${body.events} events so far`;
    summaries.set(key, { key, digest, where: `${where}: ${digest}` });
  }
  return {
    taken,
    reconstructed,
    ended,
    summarised: [...summaries.values()],
    missingSerials,
    sampledOut,
    findings,
  };
}

/** What of a result the rows of the store must tell too: the event it is of, and how much was found. */
const resultDigest = ({ provenance, outcome, pictures, waveforms }: Reconstruction): string => {
  const clusters = pictures.flatMap(picture => picture.clusters);
  return digestOfCounts({
    digest: provenance.body,
    outcome,
    pictures: pictures.length,
    clusters: clusters.length,
    hits: clusters.reduce((sum, { sc_nhits }) => sum + sc_nhits, 0),
    waveforms: waveforms.length,
  });
};

export interface ResultCounts {
  readonly digest: string;
  readonly outcome: string;
  readonly pictures: number;
  readonly clusters: number;
  readonly hits: number;
  readonly waveforms: number;
}

export const digestOfCounts = (counts: ResultCounts): string =>
  `${counts.digest} ${counts.outcome}: ${counts.pictures} pictures, ${counts.clusters} clusters of ${counts.hits} pixels, ` +
  `${counts.waveforms} waveforms`;

interface Read<Body> {
  readonly body: Body;
  readonly where: string;
  readonly atMs: Milliseconds;
}

/** Bodies of one type in a stream, but for replays, which are no new facts. */
async function* bodies<Body>(
  nats: Nats,
  stream: StreamName,
  type: MessageType<Body>,
  { fromMs, toMs }: EventScope,
  onProblem: (problem: string) => void,
): AsyncGenerator<Read<Body>> {
  for await (const message of readStream(nats, stream, Math.max(0, fromMs - STORED_BEFORE_MS))) {
    const { headers } = message;
    if (headers?.get(HEADERS.type) !== type.type || headers.get(HEADERS.addressee)) continue;
    const atMs = message.info.timestampNanos / 1e6;
    const where = `${stream} ${message.seq}`;
    const body = decoded(type, message);
    if (!(body instanceof Error)) yield { body, where, atMs };
    else if (atMs <= toMs) onProblem(`${where}: ${body.message}`);
  }
}

function decoded<Body>(type: MessageType<Body>, message: JsMsg): Body | Error {
  try {
    return type.decode(message.data);
  } catch (thrown) {
    return asSpillwayError(thrown);
  }
}
