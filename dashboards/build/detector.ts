import { queried } from './board.ts';

/** Detectors that have taken runs; a store without any has none to choose. */
export const detectorVariable = queried(
  'detector',
  'Detector',
  'SELECT DISTINCT detector FROM run_begins ORDER BY detector',
  'lime',
);
