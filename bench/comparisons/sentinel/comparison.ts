import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { PROFILES } from '../../../actors/sentinel/profiles/profiles.ts';
import type { Absent, Comparison, Contender, Setting } from '../../harness/comparison.ts';
import { program } from '../../harness/program.ts';
import { compileC } from '../../harness/tools.ts';
import { pictureJob } from '../../sentinel/picture-job.ts';
import { NO_PYTHON, pythonWithScience } from '../../sentinel/python.ts';
import { type PictureJob, VARIABLES } from './input.ts';

const here = (file: string): string => join(import.meta.dirname, file);
const PICTURES = 4;
const TRACKS = 24;
const CORES = availableParallelism();

/** From a picture in memory to clusters and their variables, in one process and one thread. */
export const reconstruction: Comparison = {
  name: 'sentinel',
  title: `reconstruction of a camera picture, 2304 x 2304 pixels, ${TRACKS} tracks, one core`,
  unit: 'pictures per second of processor time',
  better: 'more',
  quick: true,
  goals: [
    { against: 'Python', times: 5 },
    { figure: 20, source: 'the design: 20 events/s per core' },
  ],
  rounds: 5,
  async contenders(setting) {
    const own = await inputs(setting);
    return [
      program({ ...own, name: 'spillway', command: process.execPath, args: [here('ours.ts'), own.job] }),
      inPython(own),
      await onePass(setting, own),
    ];
  },
};

/** Threads share nothing that they write: so many cores, so many pictures. */
export const reconstructionThreads: Comparison = {
  name: 'sentinel-threads',
  title: `reconstruction in the sentinel's threads, one thread and ${CORES}`,
  unit: 'pictures/s',
  better: 'more',
  quick: false,
  goals: [{ against: 'one thread', times: 0.9 * CORES }],
  rounds: 5,
  async contenders(setting) {
    const { job, ...own } = await inputs(setting);
    const withThreads = (name: string, threads: number) =>
      program({
        ...own,
        name,
        clock: 'wall',
        answers: false,
        command: process.execPath,
        args: [here('threads.ts'), job, String(threads)],
      });
    return CORES === 1
      ? [
          withThreads('spillway', 1),
          { name: 'one thread', absent: 'this machine has one core', install: 'take one with more' },
        ]
      : [withThreads('spillway', CORES), withThreads('one thread', 1)];
  },
};

type Own = Pick<Parameters<typeof program>[0], 'roundMs' | 'clock' | 'signal'> & { readonly job: string };

/** The pictures as files that every language reads, and the job that names them. */
async function inputs({ directory, quick, signal }: Setting): Promise<Own> {
  const [profile] = PROFILES;
  if (profile === undefined) throw new Error('no profile');
  const made = pictureJob(profile, { count: PICTURES, seed: 1, tracks: TRACKS });
  const save = async (name: string, picture: Uint16Array) => {
    await writeFile(join(directory, name), picture);
    return name;
  };
  const job: PictureJob = {
    ...made,
    variables: VARIABLES,
    pedestal: await Promise.all(made.pedestal.map((picture, n) => save(`pedestal-${n}.raw`, picture))),
    pictures: await Promise.all(made.pictures.map((picture, n) => save(`picture-${n}.raw`, picture))),
  };
  const path = join(directory, 'job.json');
  await writeFile(path, JSON.stringify(job));
  return { job: path, roundMs: quick ? 1_500 : 5_000, clock: 'processor', signal };
}

function inPython(own: Own): Contender | Absent {
  const name = 'Python numpy, SciPy, scikit-learn';
  const python = pythonWithScience();
  if (python === undefined) return { name, absent: 'not all of them are here', install: NO_PYTHON };
  const oneCore = { OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' };
  return program({
    ...own,
    name,
    env: oneCore,
    command: python,
    args: [here('reference_rounds.py'), own.job],
  });
}

/** The limit: whoever suppresses zeros must have read the picture, and a pedestal and a threshold for each pixel. */
async function onePass({ directory }: Setting, own: Own): Promise<Contender | Absent> {
  const name = 'one pass over picture and pedestal map (limit)';
  const compiled = await compileC(here('one_pass.c'), directory, { install: 'Debian: apt-get install gcc' });
  if ('absent' in compiled) return { name, ...compiled };
  const picture = join(directory, 'picture-0.raw');
  return program({ ...own, name, command: compiled.found, args: [picture], answers: false });
}
