import { scaleOf } from '../../../protocol/expression/functions/pot.ts';
import { type DeviceReading, valuesOf } from '../../../protocol/messages/readings.ts';

/** Readings of one trigger by the name of the device. */
export type Devices = ReadonlyMap<string, DeviceReading>;

/** Toroids near the target and upstream of it; the second chain where the first is not read out. */
const CHAINS = [
  ['E:TRTGTD', 'E:TR101D'],
  ['E:TORTGT', 'E:TOR101'],
] as const;

/** Below this, in 10^12, the toroid near the target is not believed. */
const LEAST = 0.02;

/** In 10^12; 0, not nothing, when toroids read and see nothing. */
export function protonsOnTarget(devices: Devices): number | undefined {
  for (const [first, second] of CHAINS) {
    const near = protons(devices, first);
    if (near !== undefined && near >= LEAST) return near;
    const upstream = protons(devices, second);
    if (near === undefined && upstream === undefined) continue;
    return upstream !== undefined && upstream >= 0 ? upstream : 0;
  }
  return undefined;
}

/** In 10^12, by the unit that came with the value. */
function protons(devices: Devices, name: string): number | undefined {
  const device = devices.get(name);
  if (!device || device.values.length !== 1) return undefined;
  const [value] = valuesOf(device);
  const scale = scaleOf(device.units);
  return value !== undefined && Number.isFinite(value) && scale !== undefined ? value * scale : undefined;
}
