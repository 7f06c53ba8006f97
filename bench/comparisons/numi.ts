import { readFile } from 'node:fs/promises';
import { Acquisition } from '../../fixtures/simulator/acquisition.ts';
import { Pace } from '../../fixtures/simulator/pace.ts';
import { QUIET } from '../../fixtures/simulator/scenario.ts';
import { ClockEvent } from '../../fixtures/simulator/timeline.ts';
import { type Device, parseDeviceList } from '../../protocol/device-list.ts';
import type { Device as PackedDevice } from '../../protocol/raw-block/raw-block.ts';
import { encodeCall, type XmlRpcStruct } from '../../protocol/xml-rpc/xml-rpc.ts';

/** A spill of NuMI as its front end tells it, made by the simulator: the same for the same number. */
export interface NumiSpill {
  /** The one parameter of the callback. */
  readonly callback: XmlRpcStruct;
  /** The same readings as they are packed. */
  readonly devices: readonly PackedDevice[];
  readonly seconds: number;
}

/** The method that callbacks call. */
export const METHOD = 'beam.callback';

/** Start of 2005, when NuMI began. */
const SECONDS = 1_104_537_600;
const CYCLE_SECONDS = 2;

/** The 60 devices that are read in time with a spill, 1,721 values; of the list the demo uses. */
export async function numiDevices(): Promise<readonly Device[]> {
  const file = new URL('../../fixtures/devices/numi.yaml', import.meta.url);
  return parseDeviceList(await readFile(file, 'utf8'), 'numi.yaml').devices.filter(
    ({ inOut }) => inOut === 'in',
  );
}

/** @param spill from 0; two seconds lie between one and the next */
export function numiSpill(devices: readonly Device[], spill: number): NumiSpill {
  const seconds = SECONDS + spill * CYCLE_SECONDS;
  const clock = (): number => seconds * 1000;
  const acquisition = new Acquisition({ scenario: QUIET, seed: 1, pace: new Pace(0, clock), clock });
  const atMs = spill * CYCLE_SECONDS * 1000;
  const trigger = { event: ClockEvent.extraction, spill, atMs, stampMs: seconds * 1000 };
  const { acquired, readings } = acquisition.forTrigger(devices, trigger, 0);
  return {
    callback: {
      id: 'bench-1',
      event: ClockEvent.extraction,
      sequence: spill + 1,
      seconds,
      nanoseconds: 0,
      readings,
    },
    devices: acquired.kept.map(kept => ({ ...kept, seconds, milliseconds: 12 })),
    seconds,
  };
}

/** The callback of a spill as the simulator sends it: 92 kB, no white space between elements, numbers of six digits. */
export const numiCallback = (devices: readonly Device[], spill: number): Uint8Array =>
  encodeCall(METHOD, [numiSpill(devices, spill).callback]);
