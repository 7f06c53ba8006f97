import { hornCurrent } from '../../../protocol/expression/functions/beam.ts';
import { type Readings, valuesOf } from '../../../protocol/messages/readings.ts';
import { InOut } from '../../../protocol/subjects.ts';
import { pixelMeans } from './pixels.ts';
import { placeOnTarget } from './place-on-target.ts';
import { profileOf } from './profile.ts';
import { type Devices, protonsOnTarget } from './protons-on-target.ts';

/**
 * What shifters look at, made from the readings of one trigger, in this one place: boards, watchdogs and analyses read it from the
 * store. The inputs must come in one message, as one list of one trigger does; a quantity whose inputs were not all there is
 * left out.
 *
 * | quantity | unit | made from |
 * |---|---|---|
 * | `pot` | 10^12 protons | E:TRTGTD unless below 0.02, then E:TR101D unless negative, then 0; where neither is there, E:TORTGT and E:TOR101 likewise |
 * | `horn_current` | kA | the calibrated sum of the four strip lines |
 * | `target_x`, `target_y` | mm | each batch extrapolated from 121 over TGT to the target, weighted by its intensity; none without beam |
 * | `profile_x`, `profile_y` | mm | centre of what E:MTGTDS shows above a fifth of its highest wire |
 * | `width_x`, `width_y` | mm | its spread, as the sigma of a Gaussian |
 * | `hadron_signal`, `hadron_pedestal`, `muon_1_signal` and so on | V | mean over the pixels of a monitor |
 *
 * Sources: the choice of toroids, stations, wires and calibration of public beam-quality code of NuMI's users, and the
 * device tables of the ACNET pages.
 *
 * @returns names and values, which are finite
 */
export function quantitiesOf(body: Readings): readonly (readonly [quantity: string, value: number])[] {
  const devices = new Map(body.devices.map(device => [device.name, device]));
  const made = [
    ...(body.inOut === InOut.in ? ofBeam(devices) : []),
    ...pixelMeans(name => valuesAt(devices, name)),
  ];
  return made.filter((pair): pair is readonly [string, number] => Number.isFinite(pair[1]));
}

const STRIP_LINES = ['E:NSLINA', 'E:NSLINB', 'E:NSLINC', 'E:NSLIND'];

function ofBeam(devices: Devices): readonly (readonly [string, number | undefined])[] {
  const valuesOfDevice = (name: string) => valuesAt(devices, name);
  const wires = valuesOfDevice('E:MTGTDS');
  const x = profileOf(wires, 'x');
  const y = profileOf(wires, 'y');
  return [
    ['pot', protonsOnTarget(devices)],
    ['horn_current', hornCurrent(STRIP_LINES.map(name => valueOf(devices, name)))],
    ['target_x', placeOnTarget(valuesOfDevice, 'x')],
    ['target_y', placeOnTarget(valuesOfDevice, 'y')],
    ['profile_x', x?.centre],
    ['profile_y', y?.centre],
    ['width_x', x?.width],
    ['width_y', y?.width],
  ];
}

/** NaN where a device is missing or has several values. */
const valueOf = (devices: Devices, name: string): number => {
  const [value, ...more] = valuesAt(devices, name);
  return value === undefined || more.length > 0 ? Number.NaN : value;
};

const valuesAt = (devices: Devices, name: string): readonly number[] => {
  const device = devices.get(name);
  return device ? valuesOf(device) : [];
};
