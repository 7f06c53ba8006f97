import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Debian's own Python, which sees Debian's packages, then whatever is first on the path. */
const CANDIDATES = ['/usr/bin/python3', 'python3'];

/** Whether the modules are installed, without loading them, which takes seconds. */
const FINDS_THEM =
  "from importlib.util import find_spec; exit(not all(find_spec(name) for name in ('numpy', 'scipy', 'sklearn')))";

/** A Python that has numpy, SciPy and scikit-learn; `undefined` when there is none. */
export const pythonWithScience = (): string | undefined =>
  CANDIDATES.find(python => spawnSync(python, ['-c', FINDS_THEM]).status === 0);

/** Why a comparison is skipped where `pythonWithScience` finds none. */
export const NO_PYTHON =
  'no Python with numpy, SciPy and scikit-learn here: apt-get install python3-numpy python3-scipy python3-sklearn';

/**
 * What the second implementation makes of each of some jobs in a directory (see `reference.py`), on one core.
 * @throws Error with what Python wrote when it fails.
 */
export function askPython(
  python: string,
  command: 'compare' | 'waveforms',
  directory: string,
  jobs: readonly unknown[],
): unknown {
  writeFileSync(join(directory, 'jobs.json'), JSON.stringify(jobs));
  const { status, stderr } = spawnSync(
    python,
    [join(import.meta.dirname, 'reference.py'), command, directory],
    { encoding: 'utf8', env: { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' } },
  );
  if (status !== 0) throw new Error(`reference.py ${command}: ${stderr}`);
  return JSON.parse(readFileSync(join(directory, 'answer.json'), 'utf8'));
}
