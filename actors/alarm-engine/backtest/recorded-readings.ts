import {
  type DeviceReading,
  type Readings,
  readings,
  travelling,
} from '../../../protocol/messages/readings.ts';
import type { InOut } from '../../../protocol/subjects.ts';
import type { Delivered, StreamId } from '../../../runtime/actor.ts';
import { rowsOf, type Store } from '../../../runtime/store/connection.ts';
import { type Range, rangeParameters } from './range.ts';

interface TriggerRow {
  readonly stream: StreamId;
  readonly sequence: number;
  readonly storedAt: number;
  readonly us: number;
  readonly trigger: string;
  readonly inOut: InOut;
  readonly source: string;
  readonly mode: Readings['mode'];
}

/** Devices of one set of readings, column by column. */
interface DevicesRow {
  readonly sequence: number;
  readonly names: readonly string[];
  readonly values: readonly (Recorded | readonly Recorded[])[];
  readonly units: readonly string[];
  readonly statuses: readonly number[];
  readonly times: readonly number[];
}

/** JSON has no NaN and no infinities: the store tells them as `nan`, `inf`, `-inf`. */
type Recorded = number | string;

interface ProblemsRow {
  readonly sequence: number;
  readonly problems: readonly (readonly [
    device: string,
    code: Readings['problems'][number]['code'],
    detail: string,
  ])[];
}

/** Sets of readings taken from the store at a time: an hour of spills and pedestals. */
const TOGETHER = 4_000;

const TRIGGERS = `SELECT stream, sequence, toUnixTimestamp64Milli(stored_at) AS storedAt,
  toUnixTimestamp64Micro(ts) AS us, trigger, in_out AS inOut, source, mode
FROM triggers
WHERE stored_at >= fromUnixTimestamp64Milli({from:Int64}) AND stored_at < fromUnixTimestamp64Milli({to:Int64})
  AND (stored_at, sequence) > (fromUnixTimestamp64Milli({from:Int64}), {after:UInt64})
ORDER BY stored_at, sequence LIMIT ${TOGETHER}`;

const OF_THESE = `stream = {stream:String} AND sequence BETWEEN {first:UInt64} AND {last:UInt64}
  AND ts BETWEEN fromUnixTimestamp64Micro({begin:Int64}) AND fromUnixTimestamp64Micro({end:Int64})`;

const devicesQuery = (
  table: string,
  value: string,
): string => `SELECT sequence, groupArray(toString(device)) AS names,
  groupArray(${value}) AS \`values\`, groupArray(toString(units)) AS units, groupArray(status) AS statuses,
  groupArray(toUnixTimestamp64Milli(device_time)) AS times
FROM ${table} WHERE ${OF_THESE} AND device IN {devices:Array(String)} GROUP BY sequence
SETTINGS output_format_json_quote_denormals = 1`;

const PROBLEMS = `SELECT sequence, groupArray((toString(device), toString(code), detail)) AS problems
FROM reading_problems WHERE ${OF_THESE} GROUP BY sequence`;

/**
 * Readings as they came, in the order and with the times in which JetStream stored them; of their devices only those that
 * are asked for. What was recorded before the table `triggers` was there is not found.
 */
export async function* recordedReadings(
  store: Store,
  range: Range,
  devices: readonly string[],
): AsyncGenerator<Delivered<Readings>> {
  let position: Record<string, number> = { ...rangeParameters(range), after: 0 };
  for (;;) {
    const page = await rowsOf<TriggerRow>(store, TRIGGERS, 'read the triggers', position);
    for (const triggers of byStream(page)) yield* withDevices(store, triggers, devices);
    const last = page.at(-1);
    if (!last || page.length < TOGETHER) return;
    position = { ...position, from: last.storedAt, after: last.sequence };
  }
}

/** Sequences count within a stream; one that was made anew is another stream. */
function byStream(rows: readonly TriggerRow[]): TriggerRow[][] {
  const runs: TriggerRow[][] = [];
  for (const row of rows) {
    const run = runs.at(-1);
    if (run?.[0]?.stream === row.stream) run.push(row);
    else runs.push([row]);
  }
  return runs;
}

async function* withDevices(
  store: Store,
  triggers: readonly TriggerRow[],
  devices: readonly string[],
): AsyncGenerator<Delivered<Readings>> {
  const [first] = triggers;
  if (!first) return;
  const bounds = (of: (row: TriggerRow) => number) =>
    triggers
      .map(of)
      .reduce(([low, high], one) => [Math.min(low, one), Math.max(high, one)] as const, [
        of(first),
        of(first),
      ] as const satisfies readonly [number, number]);
  const [firstSequence, lastSequence] = bounds(({ sequence }) => sequence);
  const [begin, end] = bounds(({ us }) => us);
  const parameters = { stream: first.stream, first: firstSequence, last: lastSequence, begin, end, devices };
  const ask = <Row>(query: string): Promise<Row[]> => rowsOf<Row>(store, query, 'read readings', parameters);
  const [scalars, arrays, problems] = await Promise.all([
    ask<DevicesRow>(devicesQuery('readings', 'value')),
    ask<DevicesRow>(devicesQuery('reading_arrays', 'values')),
    ask<ProblemsRow>(PROBLEMS),
  ]);
  const found = new Map<number, DeviceReading[]>();
  for (const row of [...scalars, ...arrays])
    found.set(row.sequence, [...(found.get(row.sequence) ?? []), ...devicesOf(row)]);
  const wrong = new Map(problems.map(row => [row.sequence, row.problems]));
  for (const trigger of triggers)
    yield deliver(trigger, found.get(trigger.sequence) ?? [], wrong.get(trigger.sequence) ?? []);
}

const devicesOf = ({ names, values, units, statuses, times }: DevicesRow): DeviceReading[] =>
  names.map((name, index) => {
    const value = values[index] ?? Number.NaN;
    const ms = times[index] ?? 0;
    return {
      name,
      kind: 'float',
      units: units[index] ?? '',
      status: statuses[index] ?? 0,
      seconds: Math.floor(ms / 1000),
      milliseconds: ms % 1000,
      ...travelling(Array.isArray(value) ? value.map(numberOf) : [numberOf(value as Recorded)]),
    };
  });

const numberOf = (value: Recorded): number =>
  typeof value === 'number' ? value : value === 'inf' ? Infinity : value === '-inf' ? -Infinity : Number.NaN;

const deliver = (
  { stream, sequence, storedAt, us, trigger, inOut, source, mode }: TriggerRow,
  devices: DeviceReading[],
  problems: ProblemsRow['problems'],
): Delivered<Readings> => ({
  type: readings.type,
  body: {
    source,
    mode,
    trigger,
    inOut,
    time: { seconds: Math.floor(us / 1e6), nanoseconds: (us % 1e6) * 1000 },
    devices,
    problems: problems.map(([device, code, detail]) => ({ device, code, detail })),
  },
  identity: '',
  stream,
  sequence,
  storedAt,
  subject: '',
  hops: [],
});
