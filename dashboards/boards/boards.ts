import type { Dashboard } from '../model.ts';
import { alarmsBoard } from './alarms.ts';
import { beamOnTarget } from './beam-on-target.ts';
import { cameraAndSentinel } from './camera-and-sentinel.ts';
import { completeness } from './completeness.ts';
import { dataFlow } from './data-flow.ts';
import { monitors } from './monitors.ts';
import { runsBoard } from './runs.ts';
import { shiftOverview } from './shift-overview.ts';
import { targetAndHorn } from './target-and-horn.ts';

/** Every board, by the name of its file in `dashboards/grafana/`. */
export const boards: Readonly<Record<string, Dashboard>> = {
  'shift-overview': shiftOverview,
  'beam-on-target': beamOnTarget,
  'target-and-horn': targetAndHorn,
  'hadron-and-muon-monitors': monitors,
  'camera-and-sentinel': cameraAndSentinel,
  runs: runsBoard,
  alarms: alarmsBoard,
  completeness,
  'data-flow': dataFlow,
};

/** The file of a board. */
export const boardText = (board: Dashboard): string => `${JSON.stringify(board, undefined, 2)}\n`;
