import { execFile } from 'node:child_process';
import { join } from 'node:path';
import type { Config } from '../config/schema.ts';

type SimulatorConfig = NonNullable<Config['embedded']['simulator']>;

/** The simulated front end is a program of its own: nothing here imports it. */
export const SIMULATOR = join(import.meta.dirname, '..', '..', 'fixtures', 'simulator', 'main.ts');

/** Its arguments for the files it reads; what is not configured is left to its own defaults. */
export const simulatorFiles = ({ devices, scenario }: Pick<SimulatorConfig, 'devices' | 'scenario'>) => [
  ...(devices === undefined ? [] : ['--devices', devices]),
  ...(scenario === undefined ? [] : ['--scenario', scenario]),
];

/** Has the simulator read its files. @returns what it does not like about them, a line each */
export const checkSimulator = (simulator: SimulatorConfig): Promise<string[]> =>
  new Promise(resolve => {
    const args = [SIMULATOR, '--check', ...simulatorFiles(simulator)];
    execFile(process.execPath, args, (error, _stdout, stderr) =>
      // The code before the first line is for scripts.
      resolve(error ? (stderr.trim() || error.message).replace(/^[A-Z_]+: /, '').split('\n') : []),
    );
  });
