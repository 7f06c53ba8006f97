import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Debian's own Python, which sees Debian's packages, then whatever is first on the path. */
const CANDIDATES = ['/usr/bin/python3', 'python3'];

/** A Python that has numpy, SciPy and scikit-learn; `undefined` when there is none. */
export const pythonWithScience = (): string | undefined =>
  CANDIDATES.find(
    python =>
      spawnSync(python, ['-c', 'import numpy, scipy.ndimage, scipy.signal, sklearn.cluster']).status === 0,
  );

/** Why a comparison is skipped where `pythonWithScience` finds none. */
export const NO_PYTHON =
  'no Python with numpy, SciPy and scikit-learn here: apt-get install python3-numpy python3-scipy python3-sklearn';

/**
 * What the second implementation makes of a job in a directory (see `reference.py`), on one core.
 * @throws Error with what Python wrote when it fails.
 */
export function askPython(python: string, command: string, directory: string, job: unknown): unknown {
  writeFileSync(join(directory, 'job.json'), JSON.stringify(job));
  const { status, stderr } = spawnSync(
    python,
    [join(import.meta.dirname, 'reference.py'), command, directory],
    { encoding: 'utf8', env: { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' } },
  );
  if (status !== 0) throw new Error(`reference.py ${command}: ${stderr}`);
  return JSON.parse(readFileSync(join(directory, 'answer.json'), 'utf8'));
}
