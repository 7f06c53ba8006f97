/** CYGNO's banks, each turned into what it holds; `reference/cygno.md`, sections A7 and B2. */

export { LIME_PIXEL_MM, type Picture, pictures, SENSORS } from './camera.ts';
export {
  ALL_ROWS_OPEN_NS,
  CHANNELS,
  type Digitiser,
  digitisers,
  insideExposure,
  TIME_TAG_NS,
  waveform,
} from './digitiser.ts';
export {
  type ChannelValues,
  ENVIRONMENT_CHANNELS,
  EQUIPMENT,
  type EquipmentName,
  environment,
  type Quantity,
  type SlowControl,
  slowControl,
} from './slow-control.ts';

/** Event id of the camera and the digitisers: equipment `Trigger`. */
export const TRIGGER_EVENT = 1;
