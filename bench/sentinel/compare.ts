import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Profile } from '../../actors/sentinel/profiles/profile.ts';
import { type Calibration, calibrate } from '../../actors/sentinel/reconstruction/calibration.ts';
import { finishPedestal } from '../../actors/sentinel/reconstruction/pedestal.ts';
import { type Reconstruction, reconstruct } from '../../actors/sentinel/reconstruction/reconstruct.ts';
import {
  evenGains,
  type VignettingMap,
  vignettingGains,
} from '../../actors/sentinel/reconstruction/vignetting.ts';
import { workspaceFor } from '../../actors/sentinel/reconstruction/workspace.ts';
import { suppressedAt } from '../../actors/sentinel/reconstruction/zero-suppress.ts';
import { addPedestalPicture, noPedestalSums } from '../../protocol/pedestal/sums.ts';
import { askPython } from './python.ts';

/** What both are given. */
export interface Job {
  readonly profile: Profile;
  readonly pedestal: readonly Uint16Array[];
  readonly pictures: readonly Uint16Array[];
  readonly vignetting: VignettingMap | null;
}

const Numbers = z.record(z.string(), z.number());
const Answer = z.array(
  z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('spark'), counts: z.number(), ms: Numbers }),
    z.object({
      kind: z.literal('picture'),
      mask: z.string(),
      points: z.array(z.number()),
      weights: z.array(z.number()),
      labels: z.array(z.number()),
      event: Numbers,
      clusters: z.array(Numbers),
      ms: Numbers,
    }),
  ]),
);
export type PythonPicture = z.infer<typeof Answer>[number];

/** Calibration from the pictures of a pedestal run. */
export function calibrationOf({ profile, pedestal, vignetting }: Omit<Job, 'pictures'>): Calibration {
  const pixels = profile.sensor.rows * profile.sensor.columns;
  const sums = pedestal.reduce(addPedestalPicture, noPedestalSums(pixels));
  const made = finishPedestal(sums, { run: 1, version: 1 });
  return calibrate(profile, made, vignetting ? vignettingGains(profile, vignetting) : evenGains(profile));
}

/** The second implementation's answers to each job, one a picture. */
export function askReference(python: string, directory: string, jobs: readonly Job[]): PythonPicture[][] {
  const asked = jobs.map((job, number) => {
    const save = (kind: string) => (picture: Uint16Array, index: number) => {
      const name = `${number}-${kind}-${index}.raw`;
      writeFileSync(join(directory, name), picture);
      return name;
    };
    return {
      ...job,
      pedestal: job.pedestal.map(save('pedestal')),
      pictures: job.pictures.map(save('picture')),
    };
  });
  return z.array(Answer).parse(askPython(python, 'compare', directory, asked));
}

/** Every difference between both, in words; none when they agree: kept pixels, points, weights and labels exactly, variables to 1e-9. */
export function differences(job: Job, answers: readonly PythonPicture[]): string[] {
  const calibration = calibrationOf(job);
  const workspace = workspaceFor(job.profile);
  return job.pictures.flatMap((picture, index) => {
    const answer = answers[index];
    if (answer === undefined) return [`picture ${index}: no answer`];
    return [
      ...compareMasks(picture, calibration, answer),
      ...compareOne(reconstruct(picture, calibration, workspace), answer),
    ].map(text => `picture ${index}: ${text}`);
  });
}

function compareMasks(picture: Uint16Array, calibration: Calibration, answer: PythonPicture): string[] {
  if (answer.kind === 'spark') return [];
  return maskDigest(picture, calibration) === answer.mask ? [] : ['other pixels are kept'];
}

/** SHA-256 of a bit for each pixel of the picture, in its order: whether zero suppression keeps it. */
function maskDigest(picture: Uint16Array, calibration: Calibration): string {
  const { pedestals, least, scale } = calibration;
  const { sensor, acceptance, upperCut } = calibration.profile;
  const bits = new Uint8Array((sensor.rows * sensor.columns) / 8);
  for (let at = acceptance.first * sensor.columns; at < acceptance.end * sensor.columns; at++) {
    if (suppressedAt(picture, at, pedestals, least, scale, upperCut) === 0) continue;
    // The picture is the sensor with each row read backwards.
    const column = at % sensor.columns;
    const seen = at - column + sensor.columns - 1 - column;
    bits[seen >> 3] = (bits[seen >> 3] ?? 0) | (0x80 >> (seen & 7));
  }
  return createHash('sha256').update(bits).digest('hex');
}

function compareOne(ours: Reconstruction, theirs: PythonPicture): string[] {
  if (ours.kind === 'spark' || theirs.kind === 'spark') {
    return ours.kind === theirs.kind ? [] : [`${ours.kind} here, ${theirs.kind} there`];
  }
  const { count, rows, columns, weights } = ours.points;
  const places = Array.from({ length: count }, (_, point) => [rows[point], columns[point]]).flat();
  return [
    ...compareLists('points', places, theirs.points),
    ...compareLists('weights', [...weights.subarray(0, count)], theirs.weights),
    ...compareLists('labels', [...ours.labels], theirs.labels),
    ...compareNumbers('event', { ...ours.event }, theirs.event),
    ...(ours.clusters.length === theirs.clusters.length
      ? ours.clusters.flatMap((cluster, at) =>
          compareNumbers(`cluster ${at}`, { ...cluster }, theirs.clusters[at]),
        )
      : [`${ours.clusters.length} clusters here, ${theirs.clusters.length} there`]),
  ];
}

function compareLists(
  name: string,
  ours: readonly (number | undefined)[],
  theirs: readonly number[],
): string[] {
  const length = Math.max(ours.length, theirs.length);
  const at = Array.from({ length }, (_, index) => index).find(index => ours[index] !== theirs[index]);
  return at === undefined
    ? []
    : [
        `${name} differ at ${at}: ${ours[at]} of ${ours.length} here, ${theirs[at]} of ${theirs.length} there`,
      ];
}

function compareNumbers(
  name: string,
  ours: Readonly<Record<string, number>>,
  theirs: Readonly<Record<string, number>> = {},
): string[] {
  return Object.entries(theirs)
    .filter(
      ([key, value]) => !(Math.abs((ours[key] ?? Number.NaN) - value) <= 1e-9 * Math.max(1, Math.abs(value))),
    )
    .map(([key, value]) => `${key} of ${name} is ${ours[key]} here, ${value} there`);
}
