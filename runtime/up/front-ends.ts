import type { Nats } from '../host/nats.ts';
import { type CameraFiles, runsIn, takenRuns } from './camera-files.ts';
import { localUrl } from './plan.ts';

/** What feeds the system from outside, where `up` runs it. */
export interface FrontEnd {
  /** Has it make no more. */
  stop(): Promise<void>;
  /** What it has made that is not in the streams yet, in words. */
  owes(): Promise<string[]>;
}

/** The simulated beam: what it has triggered is owed until it is accepted. */
export const simulatorFrontEnd = (port: number): FrontEnd => ({
  stop: () => post(`${localUrl(port)}/stop`),
  async owes() {
    const { pending } = await statusOf<{ pending: number }>(port);
    return pending > 0 ? [`the front end still owes ${pending} callbacks`] : [];
  },
});

/** The simulated camera: a run is owed until its end is in the stream, which comes after all of its events. */
export const cameraFrontEnd = (
  port: number,
  { directory, detector }: Pick<CameraFiles, 'directory' | 'detector'>,
  nats: Nats,
): FrontEnd => ({
  // One that is just being started again is told when it is asked what it owes.
  stop: () => post(`${localUrl(port)}/stop`).catch(() => undefined),
  async owes() {
    const { state, run } = await statusOf<{ state: string; run?: number }>(port);
    if (state !== 'stopped') {
      await post(`${localUrl(port)}/stop`);
      return [`the camera is still busy with run ${run ?? 'none'}: ${state}`];
    }
    const taken = await takenRuns(nats, detector);
    return (await runsIn(directory))
      .filter(one => !taken.has(one))
      .map(one => `run ${one} of the camera is not in the streams yet`);
  },
});

async function post(url: string): Promise<void> {
  await fetch(url, { method: 'POST' });
}

async function statusOf<T>(port: number): Promise<T> {
  return (await (await fetch(`${localUrl(port)}/status`)).json()) as T;
}
