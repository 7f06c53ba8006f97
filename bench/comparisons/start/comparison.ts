import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type GuardedProcess, startGuarded } from '../../../runtime/supervisor/guarded-process.ts';
import { demoIn, ROOT } from '../../../test/helpers/system.ts';
import type { Comparison, Setting } from '../../harness/comparison.ts';
import { firstSpill } from './first-spill.ts';

/** Memory is asked for when the beam has run for so long, the camera's processes included. */
const IDLE_AFTER_MS = 20_000;

/** What a person waits for who starts the demo a second time: its servers, its actors, and the first spill that comes. */
export const start: Comparison = {
  name: 'start',
  title: '`npm start`, not the first, until the shift page has a spill',
  unit: 's',
  better: 'less',
  quick: false,
  goals: [{ figure: 5, source: 'ours' }],
  rounds: 3,
  async contenders(setting) {
    return [system(setting, async began => (await firstSpillOf(setting), performance.now() - began) / 1000)];
  },
};

/** Memory of every process of the embedded system, pages that several share counted once. */
export const startMemory: Comparison = {
  name: 'start-memory',
  title: 'The whole embedded system, beam and camera, after 20 s: sum of the proportional set sizes',
  unit: 'MB',
  better: 'less',
  quick: false,
  goals: [],
  rounds: 1,
  async contenders(setting) {
    return [
      system(setting, async (_began, pid) => {
        await firstSpillOf(setting);
        await pause(IDLE_AFTER_MS, undefined, { signal: setting.signal });
        return (await memoryOf(pid)) / 1e6;
      }),
    ];
  },
};

const firstSpillOf = ({ directory, signal }: Setting): Promise<void> => firstSpill(directory, signal);

function system(setting: Setting, measure: (began: number, pid: number) => Promise<number>) {
  return {
    name: 'spillway',
    async round() {
      const config = await demoIn(setting.directory, text => text, { camera: true });
      const began = performance.now();
      const child: GuardedProcess = startGuarded({
        command: process.execPath,
        args: [join(ROOT, 'bin/spillway.mjs'), 'up', '--config', config],
        graceMs: 20_000,
        onLine: () => {},
      });
      try {
        return { figure: await measure(began, child.pid) };
      } finally {
        await child.stop();
      }
    },
    [Symbol.asyncDispose]: async () => {},
  };
}

/** Of a process and all its descendants, in bytes; proc(5), smaps_rollup. */
async function memoryOf(root: number): Promise<number> {
  const parents = new Map<number, number>();
  for (const name of await readdir('/proc')) {
    const stat = /^\d+$/.test(name) ? await readFile(`/proc/${name}/stat`, 'latin1').catch(() => '') : '';
    const parent = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1];
    if (parent !== undefined) parents.set(Number(name), Number(parent));
  }
  const isOurs = (pid: number | undefined): boolean =>
    pid !== undefined && (pid === root || isOurs(parents.get(pid)));
  let bytes = 0;
  for (const pid of [...parents.keys()].filter(isOurs)) {
    const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'latin1').catch(() => '');
    bytes += 1024 * Number(/^Pss:\s+(\d+) kB$/m.exec(rollup)?.[1] ?? 0);
  }
  return bytes;
}
