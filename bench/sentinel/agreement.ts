/**
 * Do both implementations find the same in full pictures?
 *
 *     node bench/sentinel/agreement.ts [--pictures 100] [--profile lngs-2023] [--seed 1]
 *
 * Pictures of 2304 x 2304 from the simulated camera. Equal must be: the mask of pixels that zero suppression keeps, points, weights,
 * which points are in which cluster, and every variable to 1e-9.
 */
import { mkdtempDisposableSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { profileNamed } from '../../actors/sentinel/profiles/profiles.ts';
import { askReference, differences, type Job } from './compare.ts';
import { NO_PYTHON, pythonWithScience } from './python.ts';
import { TruthCamera } from './truth-pictures.ts';

/** Python makes the pedestal anew for every round, and a picture is 10 MB on disk. */
const ROUND = 10;
const PEDESTALS = 20;

const { values: options } = parseArgs({
  options: {
    pictures: { type: 'string', default: '100' },
    profile: { type: 'string', default: 'lngs-2023' },
    seed: { type: 'string', default: '1' },
  },
});
const print = (line: string): void => void process.stdout.write(`${line}\n`);
const profile = profileNamed(options.profile);
if (!profile) throw new Error(`no profile ${options.profile}`);
const python = pythonWithScience();
if (python === undefined) throw new Error(NO_PYTHON);

const camera = new TruthCamera(profile, Number(options.seed), PEDESTALS);
const pedestal = Array.from({ length: PEDESTALS }, (_, number) => camera.darkPicture(number).slice());
const total = Number(options.pictures);
const counts = { pictures: 0, sparks: 0, points: 0, clusters: 0 };
const found: string[] = [];
for (let first = 0; first < total; first += ROUND) {
  using directory = mkdtempDisposableSync(join(tmpdir(), 'spillway-bench-'));
  const pictures = Array.from({ length: Math.min(ROUND, total - first) }, (_, index) =>
    camera.picture(first + index).pixels.slice(),
  );
  const job: Job = { profile, pedestal, pictures, vignetting: null };
  const [answers = []] = askReference(python, directory.path, [job]);
  found.push(...differences(job, answers).map(text => `from ${first}: ${text}`));
  for (const answer of answers) {
    counts.pictures++;
    if (answer.kind === 'spark') counts.sparks++;
    else {
      counts.points += answer.labels.length;
      counts.clusters += answer.clusters.length;
    }
  }
}
const { pictures, sparks, points, clusters } = counts;
print(
  `${pictures} pictures of ${profile.sensor.rows} x ${profile.sensor.columns}, ${profile.name}: ${sparks} sparks, ${points} points, ` +
    `${clusters} clusters; ${found.length} differences from Python`,
);
for (const difference of found.slice(0, 20)) print(difference);
process.exitCode = found.length === 0 ? 0 : 1;
