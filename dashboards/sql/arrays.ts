import { TIME } from './columns.ts';

/** Where things are in the arrays of the scanners, by 0-based channel (ACNET pages of the monitors, which count from 1). */
export const WIRES = { count: 48, first: { x: 103, y: 151 }, pitchMm: 0.5 } as const;

/** Order of a pixel monitor: rows of pixels from the top, as the channels count. */
export interface PixelMonitor {
  readonly name: string;
  readonly signal: string;
  readonly pedestal: string;
  readonly side: number;
  /** SQL: the pixels of `array`, in order. */
  readonly pixels: (array: string) => string;
}

/** 49 pixels: channel 103 and 151 to 198. 81 pixels: 103 to 135 and 151 to 198. */
const pixelsFrom = (first: number) => (array: string) =>
  `arrayConcat(arraySlice(${array}, 104, ${first}), arraySlice(${array}, 152, 48))`;

const muon = (number: number): PixelMonitor => ({
  name: `Muon monitor ${number}`,
  signal: `E:MMA${number}DS`,
  pedestal: `E:MMA${number}PD`,
  side: 9,
  pixels: pixelsFrom(33),
});

export const MONITORS: readonly PixelMonitor[] = [
  { name: 'Hadron monitor', signal: 'E:HADMDS', pedestal: 'E:HADMPD', side: 7, pixels: pixelsFrom(1) },
  muon(1),
  muon(2),
  muon(3),
];

const wires = (axis: 'x' | 'y') =>
  Array.from({ length: WIRES.count }, (_, wire) => {
    const mm = WIRES.pitchMm * (wire - (WIRES.count - 1) / 2);
    return `-mean[${WIRES.first[axis] + wire + 1}] AS \`${mm}\``;
  }).join(', ');

/** A column per wire, named by its place in mm; the front end's signal is negative and turned here. */
export const wireProfile = (device: string, axis: 'x' | 'y'): string =>
  `SELECT time, ${wires(axis)}
FROM (
  SELECT ${TIME}, avgForEachMerge(mean) AS mean
  FROM reading_arrays_at(interval = $__interval_s)
  WHERE device = '${device}' AND $__timeFilter(ts)
  GROUP BY time
) ORDER BY time`;

/** Mean signal less mean pedestal of each pixel over the range: a row of the result is a row of pixels. */
export const pixelLight = ({ signal, pedestal, side, pixels }: PixelMonitor): string =>
  `SELECT ${Array.from({ length: side }, (_, index) => `light[${side} * line + ${index + 1}] AS x${index + 1}`).join(', ')}
FROM (
  SELECT arrayMap((volt, floor) -> volt - coalesce(floor, 0), ${pixels('signal')}, ${pixels('pedestal')}) AS light
  FROM (
    SELECT avgForEachMergeIf(mean, device = '${signal}') AS signal,
      arrayResize(avgForEachMergeIf(mean, device = '${pedestal}'), length(signal), 0) AS pedestal
    FROM reading_arrays_at(interval = $__interval_s)
    WHERE device IN ('${signal}', '${pedestal}') AND $__timeFilter(ts)
    HAVING length(signal) > 0
  )
)
ARRAY JOIN range(${side}) AS line
ORDER BY line`;
