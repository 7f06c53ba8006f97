import { basename } from 'node:path';
import { HEADERS } from '../../../protocol/message.ts';
import { type RawEvent, rawEvent } from '../../../protocol/messages/raw-event.ts';
import type { Milliseconds } from '../../../protocol/time.ts';
import type { ResolvedConfig } from '../../config/resolve.ts';
import { digestOf } from '../../event-store/digest.ts';
import type { EventStore } from '../../event-store/event-store.ts';
import { openEventStore } from '../../event-store/open.ts';
import type { Nats } from '../../host/nats.ts';
import { readRunFile } from '../../midas-file.ts';
import { openStore, rowsOf } from '../../store/connection.ts';
import { type Finding, findingsAt, type Sighting, UNREADABLE } from '../compare.ts';
import { eventKey } from '../events/event-sighting.ts';
import { disordered } from '../order.ts';
import { readStream } from '../read-stream.ts';
import type { FileVerification } from './file-verification.ts';

interface Taken extends Sighting {
  readonly event: RawEvent;
}

/** MIDAS files say their run at their begin; the clock of a front end may be ahead of ours by so much. */
const STORED_BEFORE_MS: Milliseconds = 60_000;

/**
 * Holds every event of a MIDAS run file, byte by byte, against EVENT, the event store and the rows of the store, and what EVENT has of
 * its run against the file. Events of equipment that nobody keeps as raw events, slow control, are counted and not compared.
 */
export async function verifyRunFile(
  config: ResolvedConfig,
  nats: Nats,
  path: string,
  signal: AbortSignal,
): Promise<FileVerification> {
  const file = basename(path);
  const findings: Finding[] = [];
  const inFile: {
    readonly id: number;
    readonly serial: number;
    readonly digest: string;
    readonly where: string;
  }[] = [];
  let run: number | undefined;
  let fromMs = Number.POSITIVE_INFINITY;
  let toMs = Number.NEGATIVE_INFINITY;
  try {
    for await (const unit of readRunFile(path, { signal })) {
      if (unit.kind === 'stepped-over') continue;
      const where = `${file} at byte ${unit.offset}`;
      const timeMs = unit.header.time * 1000;
      if (unit.kind !== 'bad') {
        fromMs = Math.min(fromMs, timeMs);
        toMs = Math.max(toMs, timeMs);
      }
      if (unit.kind === 'begin-of-run') run = unit.runNumber;
      if (unit.kind !== 'data' && unit.kind !== 'bad') continue;
      inFile.push({ id: unit.header.id, serial: unit.header.serial, digest: digestOf(unit.bytes), where });
    }
  } catch (thrown) {
    if (!(thrown instanceof Error)) throw thrown;
    findings.push({ kind: 'different', stage: 'written', key: UNREADABLE, where: thrown.message });
  }
  if (run === undefined) {
    const where = `${file}: nothing says which run it is`;
    findings.push({ kind: 'different', stage: 'written', key: UNREADABLE, where });
    return { file, kind: 'run', span: undefined, counts: { written: inFile.length }, findings };
  }
  const { taken, ids } = await takenOf(nats, run, Math.max(0, fromMs - STORED_BEFORE_MS));
  const [first] = taken;
  const name = {
    detector: first?.event.detector ?? detectorOf(config),
    equipment: first?.event.equipment ?? 'events',
  };
  const equipment = new Map(taken.map(({ event }) => [event.eventId, event.equipment]));
  const kept = inFile.filter(({ id }) => ids.size === 0 || ids.has(id));
  const copies = new Map<string, number>();
  const written = kept.map(({ id, serial, digest, where }): Sighting => {
    const own = { ...name, equipment: equipment.get(id) ?? name.equipment, run, serial };
    // Another event under a serial that is taken is a copy, in the order of the file.
    const before = copies.get(`${id} ${serial}`) ?? 0;
    const isAgain = taken.some(
      ({ event }) =>
        event.eventId === id &&
        event.serial === serial &&
        event.copy < before &&
        event.body.digest === digest,
    );
    if (!isAgain) copies.set(`${id} ${serial}`, before + 1);
    return { key: eventKey({ ...own, copy: isAgain ? 0 : before }), digest, where };
  });
  findings.push(
    ...findingsAt({ stage: 'taken', seen: taken }, { stage: 'written', seen: distinct(written) }),
  );
  findings.push(
    ...disordered('taken', taken, ({ event }) =>
      event.source.name === file ? event.source.offset : undefined,
    ),
  );
  const rows = await listedOf(config, run, name.detector);
  findings.push(...findingsAt({ stage: 'listed', seen: rows }, { stage: 'taken', seen: taken }));
  await using store = await openEventStore(config.eventStore, nats, config.nats.replicas);
  const bodies = await comparedBodies(store, taken, signal);
  return {
    file,
    kind: 'run',
    span: { fromMs, toMs },
    counts: {
      written: kept.length,
      taken: taken.length,
      listed: rows.length,
      bodies: bodies.whole,
      bodiesGone: bodies.gone,
      otherEquipment: inFile.length - kept.length,
    },
    findings: [...findings, ...bodies.findings],
  };
}

const detectorOf = (config: ResolvedConfig): string =>
  (config.actors['event-intake'] as { readonly detector: string } | undefined)?.detector ?? 'detector';

/** The same event written twice is one. */
const distinct = (written: readonly Sighting[]): Sighting[] => [
  ...new Map(written.map(one => [`${one.key} ${one.digest}`, one])).values(),
];

async function takenOf(
  nats: Nats,
  run: number,
  fromMs: Milliseconds,
): Promise<{ taken: Taken[]; ids: ReadonlySet<number> }> {
  const taken: Taken[] = [];
  const ids = new Set<number>();
  for await (const message of readStream(nats, 'EVENT', Number.isFinite(fromMs) ? fromMs : 0)) {
    if (message.headers?.get(HEADERS.type) !== rawEvent.type || message.headers.get(HEADERS.addressee))
      continue;
    const event = rawEvent.decode(message.data);
    ids.add(event.eventId);
    if (event.run !== run) continue;
    taken.push({ key: eventKey(event), digest: event.body.digest, where: `EVENT ${message.seq}`, event });
  }
  return { taken, ids };
}

async function listedOf(
  { store: options }: ResolvedConfig,
  run: number,
  detector: string,
): Promise<Sighting[]> {
  await using store = openStore(options);
  const rows = await rowsOf<
    Pick<RawEvent, 'detector' | 'run' | 'equipment' | 'serial' | 'copy'> & { digest: string }
  >(
    store,
    `SELECT detector, run, equipment, serial, copy, digest FROM raw_events
     WHERE detector = {detector:String} AND run = {run:UInt32} ORDER BY serial, copy`,
    'the stored references of a run',
    { detector, run },
  );
  return rows.map(row => ({
    key: eventKey(row),
    digest: row.digest,
    where: `raw_events row of ${eventKey(row)}`,
  }));
}

/** Reads every body that is still there; the event store holds each against its digest. */
async function comparedBodies(store: EventStore, taken: readonly Taken[], signal: AbortSignal) {
  const findings: Finding[] = [];
  let whole = 0;
  let gone = 0;
  for (const { key, event } of taken) {
    try {
      await store.get(event.body, undefined, signal);
      whole++;
    } catch (thrown) {
      const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
      // Bodies leave when everybody has had them.
      if (code === 'EVENT_BODY_GONE') gone++;
      else if (code === 'EVENT_BODY_DAMAGED')
        findings.push({ kind: 'different', stage: 'taken', key, where: `body ${event.body.name}` });
      else throw thrown;
    }
  }
  return { findings, whole, gone };
}
