import { execFile } from 'node:child_process';
import { join } from 'node:path';
import type { Config } from '../config/schema.ts';

type CameraConfig = NonNullable<Config['embedded']['camera']>;

/** The simulated data acquisition is a program of its own: nothing here imports it. */
export const CAMERA = join(import.meta.dirname, '..', '..', 'fixtures', 'midas', 'daq', 'main.ts');

/** Where it writes its runs. */
export const cameraDirectory = ({ dataDirectory }: Pick<Config, 'dataDirectory'>): string =>
  join(dataDirectory, 'camera');

/** Its arguments, but for where it writes and listens. */
export const cameraArguments = (camera: CameraConfig): string[] => [
  `--rate=${camera.rate}`,
  `--size=${camera.size}`,
  `--events=${camera.eventsPerRun}`,
  `--pedestals=${camera.pedestals}`,
  `--pedestal-rate=${camera.pedestalRate}`,
  `--data-runs=${camera.dataRuns}`,
  `--slow-control=${camera.slowControl}ms`,
  `--disk=${camera.disk}B`,
  `--first-run=${camera.firstRun}`,
  `--seed=${camera.seed}`,
  ...(camera.pmts ? [] : ['--no-pmt']),
];

/** Has the data acquisition look at its arguments. @returns what it does not like about them, a line each */
export const checkCamera = (camera: CameraConfig): Promise<string[]> =>
  new Promise(resolve => {
    execFile(process.execPath, [CAMERA, '--check', ...cameraArguments(camera)], (error, _stdout, stderr) =>
      // The code before the first line is for scripts.
      resolve(
        error ? [`embedded.camera: ${(stderr.trim() || error.message).replace(/^[A-Z_]+: /, '')}`] : [],
      ),
    );
  });
