import { type Health, laneLabel } from '../../protocol/messages/health.ts';
import type { Reconstruction } from '../../protocol/messages/reconstruction.ts';
import { type EventTime, formatEventTime, type Milliseconds } from '../../protocol/time.ts';

/** Everything the view shows, as of one moment. */
export interface Picture {
  readonly experiment: string;
  readonly upMs: Milliseconds;
  readonly versions: Readonly<Record<string, string>>;
  readonly addresses: readonly (readonly [what: string, address: string])[];
  readonly spillsPerSecond: number;
  readonly lastSpill: { readonly spillCount: number; readonly time: EventTime } | undefined;
  readonly eventsPerSecond: number;
  /** The latest camera event that was reconstructed; none where there is no camera. */
  readonly lastEvent: Reconstruction | undefined;
  readonly beats: readonly Health[];
  /** Latest warnings and errors, oldest first. */
  readonly troubles: readonly string[];
}

const columns = [18, 10, 12, 9, 9, 9, 7] as const;

const row = (cells: readonly (string | number)[]): string =>
  cells
    .map((cell, index) => {
      const width = columns[index] ?? 10;
      const text = String(cell);
      return index < 2 ? text.padEnd(width) : text.padStart(width);
    })
    .join(' ');

/** The screen, line by line: one row per stage, then addresses, then what went wrong lately. */
export function screen(picture: Picture): string[] {
  const { lastSpill } = picture;
  const versions = Object.entries(picture.versions).map(([name, version]) => `${name} ${version}`);
  return [
    `Spillway  ${picture.experiment}  up ${hours(picture.upMs)}  ${versions.join('  ')}`,
    '',
    `  ${picture.spillsPerSecond.toFixed(1)} spills/s` +
      (lastSpill
        ? `   last spill ${lastSpill.spillCount} at ${formatEventTime(lastSpill.time)}`
        : '   no spill yet'),
    ...(picture.lastEvent ? [eventLine(picture.eventsPerSecond, picture.lastEvent)] : []),
    `  latency p50/p99 ms   ${latencies(picture.beats)}`,
    '',
    row(['stage', 'state', 'position', 'lag', 'rate/s', 'retries', 'dead']),
    ...picture.beats.toSorted((a, b) => a.actor.localeCompare(b.actor)).flatMap(stageRows),
    '',
    ...picture.addresses.map(([what, address]) => `  ${what.padEnd(12)} ${address}`),
    ...(picture.troubles.length > 0 ? ['', ...picture.troubles.map(trouble => `  ! ${trouble}`)] : []),
  ];
}

/** The same in one line, for a log or a pipe, of the lanes those that lag. */
export function plainLine(picture: Picture): string {
  const lags = picture.beats
    .flatMap(({ actor, lanes }) =>
      lanes.filter(({ lag }) => lag > 0).map(lane => `${actor}/${laneLabel(lane)}=${lane.lag}`),
    )
    .join(' ');
  const { lastSpill, lastEvent } = picture;
  const event = lastEvent
    ? `, ${picture.eventsPerSecond.toFixed(1)} pictures/s, last ${lastEvent.serial} of run ${lastEvent.run}`
    : '';
  return `${hours(picture.upMs)} ${picture.spillsPerSecond.toFixed(1)} spills/s, last spill ${lastSpill?.spillCount ?? 'none'}${event}, lag ${lags || 'none'}`;
}

const eventLine = (perSecond: number, { run, serial, pictures, time }: Reconstruction): string => {
  const clusters = pictures.reduce((sum, { nSc }) => sum + nSc, 0);
  const what = pictures.some(({ kind }) => kind === 'spark') ? 'a spark' : `${clusters} clusters`;
  return `  ${perSecond.toFixed(1)} pictures/s  last of run ${run}, event ${serial} at ${formatEventTime(time)}: ${what}`;
};

function stageRows(beat: Health): string[] {
  if (beat.lanes.length === 0) return [row([beat.actor, beat.state, '-', '-', '-', '-', '-'])];
  return beat.lanes.map((lane, index) =>
    row([
      index === 0 ? beat.actor : '',
      index === 0 ? beat.state : '',
      `${laneLabel(lane)} ${lane.position}`,
      lane.lag,
      lane.rate.toFixed(1),
      lane.retries,
      lane.dead,
    ]),
  );
}

/** From the trigger to each stage, in the order of the chain; actors tell more of their own, which is for experts. */
const LATENCIES = ['accepted', 'filed', 'stored'] as const;

const latencies = (beats: readonly Health[]): string =>
  LATENCIES.flatMap(name => {
    const latency = beats.map(beat => beat.latencies[name]).findLast(one => one !== undefined);
    return latency ? [`${name} ${latency.p50.toFixed(0)}/${latency.p99.toFixed(0)}`] : [];
  }).join('   ');

function hours(ms: Milliseconds): string {
  const seconds = Math.floor(ms / 1000);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}
