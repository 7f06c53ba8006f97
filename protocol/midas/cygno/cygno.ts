/**
 * CYGNO's banks of pictures and waveforms, each turned into what it holds; `reference/cygno.md`, section B2. What its slow control
 * means is a matter of configuration: `fixtures/detector/lime.yaml`.
 */

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

/** Event id of the camera and the digitisers: equipment `Trigger`. */
export const TRIGGER_EVENT = 1;
