import { mkdtempDisposableSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { PROFILES } from '../../../../actors/sentinel/profiles/profiles.ts';
import {
  FAST_PMT,
  measureWaveform,
  SLOW_PMT,
} from '../../../../actors/sentinel/reconstruction/waveform/measure-waveform.ts';
import { askReference, differences, type Job } from '../../../../bench/sentinel/compare.ts';
import { addTracks, camera, darkPicture, seeded } from '../../../../bench/sentinel/pictures.ts';
import { askPython, NO_PYTHON, pythonWithScience } from '../../../../bench/sentinel/python.ts';

const python = pythonWithScience();
const scratch = () => mkdtempDisposableSync(join(tmpdir(), 'spillway-reference-'));

/** Small pictures of one site: noise, hot pixels, tracks, spots, saturated pixels, and a spark at the end. */
function job(profile: (typeof PROFILES)[number], seed: number): Job {
  const random = seeded(seed);
  const [rows, columns] = [128, 160];
  const small = { ...profile, sensor: { rows, columns }, acceptance: { first: 8, end: 118 } };
  const sensor = camera(small, random);
  const pictures = Array.from({ length: 6 }, () => {
    const picture = darkPicture(sensor, random);
    addTracks(picture, columns, 8, random);
    return picture;
  });
  return {
    profile: small,
    pedestal: Array.from({ length: 30 }, () => darkPicture(sensor, random)),
    pictures: [...pictures, new Uint16Array(rows * columns).fill(4000)],
    vignetting: {
      block: 8,
      values: Array.from({ length: (rows * columns) / 64 }, () => 0.4 + 0.6 * random()),
    },
  };
}

describe.skipIf(python === undefined)(
  `the second implementation${python === undefined ? `: ${NO_PYTHON}` : ''}`,
  () => {
    test('finds the same points, weights and clusters, and measures the same, with the numbers of every site', () => {
      using directory = scratch();
      const jobs = PROFILES.map((profile, index) => job(profile, index + 1));
      const answers = askReference(python ?? '', directory.path, jobs);
      for (const [index, given] of jobs.entries()) {
        const answer = answers[index] ?? [];
        expect(differences(given, answer)).toEqual([]);
        expect(answer.map(({ kind }) => kind)).toEqual([...Array<string>(6).fill('picture'), 'spark']);
        expect(
          answer.flatMap(picture => (picture.kind === 'picture' ? picture.clusters : [])).length,
        ).toBeGreaterThan(6);
      }
    }, 120_000);

    test('measures the same of waveforms of both boards', () => {
      using directory = scratch();
      const random = seeded(1);
      const boards = [
        { settings: FAST_PMT, length: 1024 },
        { settings: SLOW_PMT, length: 4000 },
      ].map(({ settings, length }) => ({
        settings,
        waveforms: Array.from({ length: 40 }, (_, index) => pulses(length, index % 5, random)),
      }));
      const jobs = boards.map(({ settings, waveforms }, board) => ({
        settings,
        waveforms: waveforms.map((samples, index) => {
          writeFileSync(join(directory.path, `${board}-${index}.raw`), samples);
          return `${board}-${index}.raw`;
        }),
      }));
      const answers = Answers.parse(askPython(python ?? '', 'waveforms', directory.path, jobs));
      const ours = boards.map(({ settings, waveforms }) =>
        waveforms.map(samples => measureWaveform(samples, settings)),
      );
      const theirs = answers.map(board => board.map(({ variables, peaks }) => ({ ...variables, peaks })));
      expect(rounded(ours)).toEqual(rounded(theirs));
      expect(answers.flat().flatMap(({ peaks }) => peaks).length).toBeGreaterThan(80);
    }, 120_000);
  },
);

const Numbers = z.record(z.string(), z.number());
const Answers = z.array(z.array(z.object({ variables: Numbers, peaks: z.array(Numbers) })));

/** Numbers to nine digits: sums are made in another order there. Keys in one order, and 0 without a sign. */
const rounded = (value: unknown): unknown => {
  if (typeof value === 'number') return Number(value.toPrecision(9)) + 0;
  if (Array.isArray(value)) return value.map(rounded);
  return Object.fromEntries(Object.entries(value ?? {}).map(([key, item]) => [key, rounded(item)]));
};

/** A noisy baseline with so many falls of the voltage, some of them on top of each other. */
function pulses(length: number, count: number, random: () => number): Uint16Array {
  const falls = Array.from({ length: count }, () => ({
    at: 450 + random() * (length - 500),
    depth: 50 + 800 * random(),
    width: 5 + 30 * random(),
  }));
  return Uint16Array.from({ length }, (_, at) => {
    const noise = 6 * (random() + random() - 1);
    const fall = falls.reduce(
      (sum, { at: middle, depth, width }) => sum + depth * Math.exp(-(((at - middle) / width) ** 2)),
      0,
    );
    return Math.round(3500 + noise - fall);
  });
}
