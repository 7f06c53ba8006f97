/**
 * How long does a picture of 2304 x 2304 take, step by step, and how long the same in Python? Do both find the same?
 *
 *     node bench/sentinel/reconstruction.ts [--pictures 6] [--compare 100] [--sigma 3]
 *
 * Times are milliseconds of processor time on one core, the median over the pictures, so that other work on the machine weighs little.
 * Then the same for sensors of a quarter and of four times the pixels, and for more and more points in one picture: cost
 * should grow as they do; a core point costs more than another one, since clusters spread from it. At last `--compare` smaller
 * pictures are held against the second implementation, one by one.
 * Without numpy, SciPy and scikit-learn, only our own times.
 */
import { mkdtempDisposableSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Profile } from '../../actors/sentinel/profiles/profile.ts';
import { PROFILES } from '../../actors/sentinel/profiles/profiles.ts';
import { clusterPoints, clusterScratch } from '../../actors/sentinel/reconstruction/cluster-points.ts';
import { pointsFor } from '../../actors/sentinel/reconstruction/points.ts';
import { workspaceFor } from '../../actors/sentinel/reconstruction/workspace.ts';
import { askReference, calibrationOf, differences, type Job, type PythonPicture } from './compare.ts';
import { pictureJob } from './picture-job.ts';
import { seeded } from './pictures.ts';
import { NO_PYTHON, pythonWithScience } from './python.ts';
import { median, processorMs, stepsOf } from './steps.ts';

const { values: options } = parseArgs({
  options: {
    pictures: { type: 'string', default: '6' },
    compare: { type: 'string', default: '100' },
    sigma: { type: 'string', default: '3' },
  },
});
const print = (line: string): void => void process.stdout.write(`${line}\n`);
const ms = (value: number | undefined): string => (value === undefined ? '' : value.toFixed(1)).padStart(9);

const [lngs] = PROFILES;
if (lngs === undefined) throw new Error('no profile');
/** Python's steps that make up one of ours. */
const THEIR_STEPS: Readonly<Record<string, readonly string[]>> = {
  spark: ['spark'],
  rows: ['cut', 'pedestal', 'suppress', 'accept', 'median', 'rebin', 'snap', 'event'],
  noise: ['noise'],
  points: ['points'],
  cluster: ['cluster'],
  measure: ['measure'],
};

const jobOf = (profile: Profile, count: number, seed: number, tracks: number): Job =>
  pictureJob(profile, { count, seed, tracks, sigma: Number(options.sigma) });

/** The median over the pictures of what each step takes, after two rounds that let the compiler finish. */
function timesOf(job: Job): { times: Record<string, number>; points: number } {
  const calibration = calibrationOf(job);
  const workspace = workspaceFor(job.profile);
  const all: Record<string, number[]> = {};
  const points: number[] = [];
  for (let round = 0; round < 5; round++) {
    for (const picture of job.pictures) {
      const steps = stepsOf(picture, calibration, workspace);
      for (const [name, step] of Object.entries(steps)) {
        const took = processorMs(step);
        if (round > 1) (all[name] ??= []).push(took);
      }
      points.push(workspace.points.count);
    }
  }
  const times = Object.fromEntries(Object.entries(all).map(([name, took]) => [name, median(took)]));
  return { times, points: median(points) };
}

const theirTime = (answers: readonly PythonPicture[], steps: readonly string[]): number =>
  median(answers.map(answer => steps.reduce((sum, step) => sum + (answer.ms[step] ?? 0), 0)));

print(
  `load ${loadavg()
    .map(load => load.toFixed(1))
    .join(' ')}`,
);
using directory = mkdtempDisposableSync(join(tmpdir(), 'spillway-bench-'));
const python = pythonWithScience();
const full = jobOf(lngs, Number(options.pictures), 1, 24);
const [answers] = python === undefined ? [undefined] : askReference(python, directory.path, [full]);
const { times, points } = timesOf(full);
print(
  `${full.pictures.length} pictures of ${lngs.sensor.rows} x ${lngs.sensor.columns}, ${lngs.name}, ${points} points`,
);
print(`step          here   Python    ratio${python === undefined ? `  (${NO_PYTHON})` : ''}`);
for (const [step, steps] of Object.entries(THEIR_STEPS)) {
  const theirs = answers && theirTime(answers, steps);
  print(`${step.padEnd(9)}${ms(times[step])}${ms(theirs)}${ms(theirs && theirs / (times[step] ?? 1))}`);
}
if (answers) {
  const whole = theirTime(answers, Object.values(THEIR_STEPS).flat());
  const noise = theirTime(answers, ['noise']);
  const ours = times['whole'] ?? Number.NaN;
  print(`${'whole'.padEnd(9)}${ms(ours)}${ms(whole)}${ms(whole / ours)}`);
  // The noise reducer is a loop over macro-pixels: compiled there, interpreted in our Python.
  print(
    `${'but noise'.padEnd(9)}${ms(ours - (times['noise'] ?? 0))}${ms(whole - noise)}${ms((whole - noise) / (ours - (times['noise'] ?? 0)))}`,
  );
  print(`differences: ${differences(full, answers).join('; ') || 'none'}`);
} else print(`${'whole'.padEnd(9)}${ms(times['whole'])}`);

print('\npixels        ms   ns/pixel');
for (const side of [576, 1152, 2304, 4608]) {
  const profile = { ...lngs, sensor: { rows: side, columns: side }, acceptance: { first: 0, end: side } };
  const { whole = Number.NaN } = timesOf(jobOf(profile, 2, 2, Math.round(24 * (side / 2304) ** 2))).times;
  print(`${String(side * side).padStart(8)}${ms(whole)}${ms((1e6 * whole) / side / side)}`);
}

print('\npoints    cores       ms   ns/point');
const scratch = clusterScratch(576, 576);
for (const share of [0.01, 0.03, 0.1, 0.3, 1]) {
  const random = seeded(3);
  const some = pointsFor(576 * 576);
  for (let at = 0; at < 576 * 576; at++) {
    if (random() >= share) continue;
    some.rows[some.count] = Math.floor(at / 576);
    some.columns[some.count] = at % 576;
    some.weights[some.count++] = 1;
  }
  const labels = new Int32Array(576 * 576);
  const took = Array.from({ length: 7 }, () =>
    processorMs(() => clusterPoints(some, 576, 576, lngs.clustering, scratch, labels)),
  );
  const cores = scratch.isCore.subarray(0, some.count).reduce((sum, core) => sum + core, 0);
  print(
    `${String(some.count).padStart(8)}${String(cores).padStart(8)}${ms(median(took))}${ms((1e6 * median(took)) / some.count)}`,
  );
}

if (python !== undefined) {
  const jobs = PROFILES.map((profile, index) => {
    const small = { ...profile, sensor: { rows: 384, columns: 512 }, acceptance: { first: 16, end: 370 } };
    return jobOf(small, Math.ceil(Number(options.compare) / PROFILES.length), 10 + index, 6);
  });
  const told = askReference(python, directory.path, jobs);
  const found = jobs.flatMap((job, index) => differences(job, told[index] ?? []));
  const clusters = told
    .flat()
    .reduce((sum, answer) => sum + (answer.kind === 'picture' ? answer.clusters.length : 0), 0);
  const pictures = jobs.reduce((sum, job) => sum + job.pictures.length, 0);
  print(
    `\n${pictures} pictures of 384 x 512 in ${PROFILES.length} profiles, ${clusters} clusters: ${found.length} differences from Python`,
  );
  for (const difference of found.slice(0, 20)) print(difference);
}
