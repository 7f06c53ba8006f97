/** Entry of a worker thread: one event at a time. */

import { SpillwayError } from '../../../protocol/errors.ts';
import type { Calibration } from '../reconstruction/calibration.ts';
import { type Workspace, workspaceFor } from '../reconstruction/workspace.ts';
import type { Answer, Job } from './job.ts';
import { type Bench, workOn } from './work-on.ts';

/** Of the one sensor that a thread sees all its life. */
let workspace: { readonly sensor: string; readonly memory: Workspace } | undefined;

function workspaceOf({ profile }: Calibration): Workspace {
  const sensor = `${profile.sensor.rows} x ${profile.sensor.columns}`;
  if (workspace?.sensor !== sensor) workspace = { sensor, memory: workspaceFor(profile) };
  return workspace.memory;
}

/** What draws is a third of what a thread loads, and most events are not drawn. */
async function drawing(): Promise<Pick<Bench, 'renderEvent' | 'renderWaveforms'>> {
  const [{ renderEvent }, { renderWaveforms }] = await Promise.all([
    import('../display/render-event.ts'),
    import('../display/render-waveforms.ts'),
  ]);
  return { renderEvent, renderWaveforms };
}

const NO_DRAWING: Pick<Bench, 'renderEvent' | 'renderWaveforms'> = {
  renderEvent: () => {
    throw new Error('no display was asked for');
  },
  renderWaveforms: () => undefined,
};

export default async function answer(job: Job): Promise<Answer> {
  try {
    const drawn = job.displays.length > 0 ? await drawing() : NO_DRAWING;
    return workOn(job, { ...drawn, workspaceFor: workspaceOf, now: () => performance.now() });
  } catch (thrown) {
    if (thrown instanceof SpillwayError) return { kind: 'failed', code: thrown.code, reason: thrown.message };
    const reason = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
    return { kind: 'failed', code: 'WORKER_FAILED', reason };
  }
}
