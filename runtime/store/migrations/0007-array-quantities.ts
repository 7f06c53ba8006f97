import { type Made, quantitiesFrom, steps } from './quantities-from.ts';

/**
 * Quantities that are made of arrays, until migration 0014. `about` is what a row of the calculation is for: `x` or `y` for a position and a
 * profile, the quantity itself for a monitor. Each formula stands here once: the engine plans it anew with every insert, and
 * that takes tens of milliseconds, rows or none.
 */

/** What an array of a device is in the formulas, and of what they make. */
const ROLES: Readonly<Record<string, readonly [role: string, about: string]>> = {
  'E:HP121': ['far', 'x'],
  'E:HPTGT': ['near', 'x'],
  'E:HITGT': ['intensity', 'x'],
  'E:VP121': ['far', 'y'],
  'E:VPTGT': ['near', 'y'],
  'E:VITGT': ['intensity', 'y'],
  'E:MTGTDS': ['wires', 'x y'],
};

/** Monitors of 7 by 7 pixels at the 0-based channels 103 and 151 to 198; of 9 by 9 at 103 to 135 and 151 to 198. */
const MONITORS: Readonly<Record<string, readonly [role: string, about: string]>> = {
  'E:HADMDS': ['pixels', 'hadron_signal'],
  'E:HADMPD': ['pixels', 'hadron_pedestal'],
  'E:MMA1DS': ['pixels', 'muon_1_signal'],
  'E:MMA1PD': ['pixels', 'muon_1_pedestal'],
  'E:MMA2DS': ['pixels', 'muon_2_signal'],
  'E:MMA2PD': ['pixels', 'muon_2_pedestal'],
  'E:MMA3DS': ['pixels', 'muon_3_signal'],
  'E:MMA3PD': ['pixels', 'muon_3_pedestal'],
};

const list = (texts: readonly string[]) => texts.map(text => `'${text}'`).join(', ');
const ALL = { ...ROLES, ...MONITORS };
const ofDevice = (column: 0 | 1) =>
  `transform(toString(device), [${list(Object.keys(ALL))}], [${list(Object.values(ALL).map(each => each[column]))}], '')`;

const source = `SELECT taken, stream, sequence, about,
    anyIf(values, role = 'far') AS far, anyIf(values, role = 'near') AS near, anyIf(values, role = 'intensity') AS intensity,
    anyIf(values, role = 'wires') AS wires, anyIf(values, role = 'pixels') AS pixels
  FROM (
    SELECT ts AS taken, stream, sequence, values, ${ofDevice(0)} AS role, arrayJoin(splitByChar(' ', ${ofDevice(1)})) AS about
    FROM reading_arrays
    WHERE in_out = 'in' AND device IN (${list(Object.keys(ROLES))}) OR device IN (${list(Object.keys(MONITORS))})
  )
  GROUP BY taken, stream, sequence, about`;

/**
 * Element 0 is a mean over batches that the front end makes; 1 to 6 are the batches. Monitors that give one value only
 * have just element 0. Every array is brought to one length first: an error here would hold up the readings.
 */
const batches = (values: string, filler: string) =>
  `arrayResize(if(length(${values}) = 1, ${values}, arraySlice(${values}, 2)), 6, ${filler})`;

/** Feet from the target, upstream negative: of the monitor at 121, and of the one before the target. */
const FAR_FEET = "if(about = 'x', -68.04458, -66.99283)";
const NEAR_FEET = "if(about = 'x', -31.25508, -30.16533)";

/** Of a wire counted from 1, in mm from the middle: they are 0.5 mm apart. */
const WIRE_MM = '0.5 * (wire - 24.5)';

/** Spread of what is left of a Gaussian above a fifth of its height, that fifth taken off, as a share of its sigma. */
const TRUNCATED = 0.7216;

const made: Made = {
  "concat('target_', about)": 'place',
  "concat('profile_', about)": 'centre',
  "concat('width_', about)": 'width',
  about: 'mean',
};

export const arrayQuantities = quantitiesFrom(
  'reading_arrays_to_quantities',
  made,
  steps(
    source,
    [
      `${NEAR_FEET} / (${NEAR_FEET} - ${FAR_FEET}) AS lever`,
      `${batches('far', 'nan')} AS far_batches`,
      `${batches('near', 'nan')} AS near_batches`,
      `if(empty(intensity) AND length(near) = 1, [1., 0, 0, 0, 0, 0], ${batches('intensity', '0')}) AS beam`,
      // The signal is negative; dead wires read 0.
      `arrayMap(volt -> if(isFinite(volt) AND volt != 0, -volt, NULL),
      arrayResize(arraySlice(wires, if(about = 'x', 104, 152), 48), 48, nan)) AS signal`,
      `arrayFilter(volt -> isFinite(volt),
      arrayConcat(arraySlice(pixels, 104, if(startsWith(about, 'hadron'), 1, 33)), arraySlice(pixels, 152, 48))) AS volts`,
    ],
    [
      'arrayMap((far, near) -> near + (far - near) * lever, far_batches, near_batches) AS places',
      // The median of the wires is what they show without beam.
      "arrayReduce('median', signal) AS floor",
      'if(empty(volts), NULL, arrayAvg(volts)) AS mean',
    ],
    [
      'arrayMap((weight, mm) -> if(isFinite(weight) AND weight > 0 AND isFinite(mm), weight, 0), beam, places) AS shares',
      'arrayMap(volt -> coalesce(volt - floor, 0.), signal) AS light',
    ],
    [
      'arraySum((weight, mm) -> if(weight > 0, weight * mm, 0), shares, places) / nullIf(arraySum(shares), 0) AS place',
      'arrayMax(light) AS peak',
    ],
    ['arrayMap(volt -> greatest(volt - 0.2 * peak, 0.), light) AS weights'],
    // A highest wire that does not stand out from the others is no beam.
    [
      `if(peak > 10 * arrayReduce('median', arrayMap(volt -> abs(volt), light)) AND arrayCount(weight -> weight > 0, weights) >= 3,
      arraySum((weight, wire) -> weight * (${WIRE_MM}), weights, arrayEnumerate(weights)) / arraySum(weights), NULL) AS centre`,
    ],
    [
      `sqrt(arraySum((weight, wire) -> weight * pow(${WIRE_MM} - coalesce(centre, nan), 2), weights, arrayEnumerate(weights)) / arraySum(weights)) / ${TRUNCATED} AS width`,
    ],
  ),
);
