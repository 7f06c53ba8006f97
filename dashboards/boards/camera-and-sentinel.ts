import { runs } from '../build/annotations.ts';
import { board, row } from '../build/board.ts';
import { detectorVariable } from '../build/detector.ts';
import { eventDisplayPanel, gatewayVariable } from '../build/displays.ts';
import type { Dashboard } from '../model.ts';
import { pictureRow, rateRow, spectrumRows, waveformRow } from './camera-panels.ts';
import { cameraStats } from './camera-stats.ts';
import { sentinelRows, sentinelStats } from './sentinel-panels.ts';
import { slowControlRows } from './slow-control-panels.ts';

const detector = '${detector}';

const displays = row(
  14,
  [
    12,
    eventDisplayPanel({
      id: 11,
      title: 'Latest event',
      description: 'The latest picture that the sentinel drew, with its clusters.',
      detector,
      kind: 'event',
    }),
  ],
  [
    12,
    eventDisplayPanel({
      id: 12,
      title: 'Latest waveforms',
      description: 'The latest waveforms of the photomultipliers that the sentinel drew.',
      detector,
      kind: 'waveforms',
    }),
  ],
);

export const cameraAndSentinel: Dashboard = board({
  uid: 'spillway-camera',
  title: 'Camera and sentinel',
  description: 'What the camera sees, what is reconstructed of it, and whether the reconstruction keeps up.',
  range: 'now-1h',
  refresh: '10s',
  variables: [detectorVariable, gatewayVariable],
  annotations: [runs],
  rows: [
    row(4, ...cameraStats, ...sentinelStats),
    displays,
    rateRow,
    ...spectrumRows,
    ...sentinelRows,
    pictureRow,
    waveformRow,
    ...slowControlRows,
  ],
});
