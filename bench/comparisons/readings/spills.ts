import { readFile } from 'node:fs/promises';
import { QUIET } from '../../../fixtures/simulator/scenario.ts';
import { parseDeviceList } from '../../../protocol/device-list.ts';
import type { Readings } from '../../../protocol/messages/readings.ts';
import { playScenario } from '../../../test/helpers/played-scenario.ts';

/** From one spill to the next in the demo's timeline, holes included. */
const MS_PER_SPILL = 2_500;

/** What the beam monitor stores of the demo's beam: 60 devices in spill, then 12 out of spill, 2,593 values together. */
export async function playedSpills(spills: number): Promise<readonly Readings[]> {
  const file = new URL('../../../fixtures/devices/numi.yaml', import.meta.url);
  const { devices } = parseDeviceList(await readFile(file, 'utf8'), 'numi.yaml');
  const messages = playScenario({
    scenario: QUIET,
    devices,
    startMs: Date.UTC(2026, 10, 1),
    lengthMs: spills * MS_PER_SPILL,
  });
  return messages.slice(0, 2 * spills).map(({ body }) => body);
}

/** Volts and millimetres are read in no finer steps by the demo's instruments. */
const STEPS = 10_000;

/**
 * The readings of another time: so many seconds later, and with up to three steps of noise more in every value, or a store would find that
 * it has them already.
 */
export const later = (body: Readings, seconds: number, noise: () => number): Readings => ({
  ...body,
  time: { ...body.time, seconds: body.time.seconds + seconds },
  devices: body.devices.map(device => ({
    ...device,
    seconds: device.seconds + seconds,
    values:
      device.kind === 'int'
        ? device.values
        : device.values.map(value => Math.round(value * STEPS + 6 * noise() - 3) / STEPS + 0),
  })),
});

export const valuesIn = (bodies: readonly Readings[]): number =>
  bodies.reduce((sum, { devices }) => sum + devices.reduce((all, { values }) => all + values.length, 0), 0);
