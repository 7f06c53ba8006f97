import { rowsOf, type Store } from '../../store/connection.ts';
import { type EventScope, type EventSighting, eventKey } from './event-sighting.ts';
import { digestOfCounts, type ResultCounts } from './streams.ts';

interface Identity {
  readonly detector: string;
  readonly run: number;
  readonly equipment: string;
  readonly serial: number;
  readonly copy: number;
}

const IDENTITY = 'detector, run, equipment, serial, copy';
const WITHIN = `detector = {detector:String} AND equipment = {equipment:String}
  AND ts BETWEEN fromUnixTimestamp64Milli({from:Int64}) AND fromUnixTimestamp64Milli({to:Int64})
  AND ({run:Int64} < 0 OR run = {run:Int64})`;

const parametersOf = ({ detector, equipment, fromMs, toMs, run }: EventScope) => ({
  detector,
  equipment,
  from: Math.ceil(fromMs),
  to: Math.floor(toMs),
  run: run ?? -1,
});

/** Rows of the references. */
export async function listed(store: Store, scope: EventScope): Promise<EventSighting[]> {
  const rows = await rowsOf<Identity & { readonly digest: string; readonly at: number }>(
    store,
    `SELECT ${IDENTITY}, digest, toUnixTimestamp64Milli(inserted_at) AS at FROM raw_events WHERE ${WITHIN}`,
    'the stored references of events',
    parametersOf(scope),
  );
  return rows.map(row => sighting(row, row.digest, 'raw_events row', row.at));
}

/** Rows of the results: one sighting for each time that an event is there. */
export async function recorded(store: Store, scope: EventScope): Promise<EventSighting[]> {
  const rows = await rowsOf<Identity & ResultCounts & { readonly rows: number; readonly at: number }>(
    store,
    `SELECT ${IDENTITY}, any(digest) AS digest, any(outcome) AS outcome, any(pictures) AS pictures, count() AS rows,
       any(found.clusters) AS clusters, any(found.hits) AS hits, any(heard.waveforms) AS waveforms,
       toUnixTimestamp64Milli(max(inserted_at)) AS at
     FROM (SELECT ${IDENTITY}, digest, outcome, pictures, inserted_at FROM events WHERE ${WITHIN}) AS events
     LEFT JOIN (SELECT ${IDENTITY}, count() AS clusters, sum(sc_nhits) AS hits FROM clusters WHERE ${WITHIN}
       GROUP BY ${IDENTITY}) AS found USING (${IDENTITY})
     LEFT JOIN (SELECT ${IDENTITY}, count() AS waveforms FROM waveforms WHERE ${WITHIN}
       GROUP BY ${IDENTITY}) AS heard USING (${IDENTITY})
     GROUP BY ${IDENTITY}`,
    'the stored results',
    parametersOf(scope),
  );
  return rows.flatMap(row => {
    const times = Math.ceil(row.rows / Math.max(1, row.pictures));
    // Where all of it is there twice, each half of it is alike.
    const digest = digestOfCounts({
      ...row,
      clusters: row.clusters / times,
      hits: row.hits / times,
      waveforms: row.waveforms / times,
    });
    return Array.from({ length: times }, () => sighting(row, digest, 'events row', row.at));
  });
}

const sighting = (row: Identity, digest: string, what: string, atMs: number): EventSighting => ({
  key: eventKey(row),
  digest,
  where: `${what} of ${eventKey(row)}`,
  run: row.run,
  atMs,
});
