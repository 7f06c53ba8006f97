/** `node ours.ts JOB`: the reconstruction of a sentinel's worker, without its thread. */
import { createHash } from 'node:crypto';
import { type Reconstruction, reconstruct } from '../../../actors/sentinel/reconstruction/reconstruct.ts';
import { workspaceFor } from '../../../actors/sentinel/reconstruction/workspace.ts';
import { speak } from '../../harness/line-protocol.ts';
import { readJob } from './input.ts';

const { job, calibration } = readJob(process.argv[2] ?? '');
const workspace = workspaceFor(job.profile);

const digest = (numbers: Iterable<number>): string =>
  createHash('sha256').update(Int32Array.from(numbers)).digest('hex').slice(0, 16);

/** Six digits: sums in another order differ in the fifteenth. */
const told = (names: readonly string[], variables: object): string =>
  names
    .map(name => Number((variables as Record<string, number>)[name]).toExponential(5))
    .map(text => text.replace(/e([+-])0*(\d)/, 'e$1$2'))
    .join(' ');

function answer(made: Reconstruction): string {
  if (made.kind === 'spark') return 'spark';
  const { count, rows, columns, weights } = made.points;
  const places = Array.from({ length: count }, (_, at) => [rows[at] ?? -1, columns[at] ?? -1]).flat();
  return [
    digest(places),
    digest(weights.subarray(0, count)),
    digest(made.labels),
    told(job.variables.event, made.event),
    ...made.clusters.map(cluster => told(job.variables.cluster, cluster)),
  ].join(';');
}

let next = 0;
await speak(
  () => job.pictures.map(picture => answer(reconstruct(picture, calibration, workspace))).join('|'),
  () => {
    const picture = job.pictures[next++ % job.pictures.length];
    if (picture) reconstruct(picture, calibration, workspace);
  },
);
