/**
 * What does the reconstruction find of what is there?
 *
 *     node bench/sentinel/truth.ts [--pictures 1000] [--profile lngs-2023] [--seed 1]
 *
 * Full pictures of the simulated camera, after a pedestal run of 100, on all cores. Each cluster is given to the track that has most
 * light in it. A track counts when at least 1,000 counts of its light fall where the profile looks, and is found when
 * its clusters hold at least half of that; else another's cluster may hold it. Prints a table in Markdown: purity is the share of the light in a track's clusters that is
 * its own; energy is the sum of their integrals against the true light, its bias the median and its spread half of the middle 68 %.
 */
import { availableParallelism, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { profileNamed } from '../../actors/sentinel/profiles/profiles.ts';
import { TrackKind } from '../../fixtures/midas/tracks.ts';
import type { TrackScore } from './truth-match.ts';
import { type ScoredPicture, TruthCamera } from './truth-pictures.ts';

const LEAST_COUNTS = 1000;
const FOUND_FROM = 0.5;

interface Share {
  readonly profile: string;
  readonly seed: number;
  readonly numbers: readonly number[];
}

function scoreAll({ profile: name, seed, numbers }: Share): ScoredPicture[] {
  const profile = profileNamed(name);
  if (!profile) throw new Error(`no profile ${name}`);
  const camera = new TruthCamera(profile, seed);
  return numbers.map(number => camera.score(number));
}

const inThread = (share: Share): Promise<ScoredPicture[]> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(import.meta.filename, { workerData: share });
    worker.once('message', resolve);
    worker.once('error', reject);
  });

const quantile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.floor(share * (values.length - 1))] ?? Number.NaN;

const percent = (value: number, digits = 1): string => `${(100 * value).toFixed(digits)} %`;

function rowOf(kind: string, tracks: readonly TrackScore[]): string {
  const found = tracks.filter(({ held }) => held >= FOUND_FROM);
  const ratios = found.map(({ integral, counts }) => integral / counts);
  const spread = (quantile(ratios, 0.84) - quantile(ratios, 0.16)) / 2;
  const purity = found.reduce((sum, track) => sum + track.purity, 0) / found.length;
  const pieces = found.reduce((sum, track) => sum + track.clusters, 0) / found.length;
  const cells = [
    kind,
    tracks.length,
    percent(found.length / tracks.length),
    percent(
      tracks.filter(({ held, merged }) => held < FOUND_FROM && merged >= FOUND_FROM).length / tracks.length,
    ),
    percent(purity),
    percent(quantile(ratios, 0.5) - 1),
    percent(spread),
    pieces.toFixed(2),
  ];
  return `| ${cells.join(' | ')} |`;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      pictures: { type: 'string', default: '1000' },
      profile: { type: 'string', default: 'lngs-2023' },
      seed: { type: 'string', default: '1' },
    },
  });
  const print = (line: string): void => void process.stdout.write(`${line}\n`);
  const [load = 0] = loadavg();
  const startedAt = performance.now();
  const all = Array.from({ length: Number(values.pictures) }, (_, number) => number);
  const threads = availableParallelism();
  const shares = Array.from({ length: threads }, (_, thread) =>
    inThread({
      profile: values.profile,
      seed: Number(values.seed),
      numbers: all.filter(number => number % threads === thread),
    }),
  );
  const pictures = (await Promise.all(shares)).flat();
  const seconds = (performance.now() - startedAt) / 1000;
  print(
    `${pictures.length} pictures, profile ${values.profile}, ${seconds.toFixed(0)} s on ${threads} cores, load ${load.toFixed(1)} before\n`,
  );
  const scores = pictures.flatMap(({ score }) => score ?? []);
  const counted = scores.flatMap(({ tracks }) => tracks).filter(({ counts }) => counts >= LEAST_COUNTS);
  print(
    '| class | tracks | found | in the cluster of another | purity | energy bias | energy spread | clusters a track |\n' +
      '|---|---|---|---|---|---|---|---|',
  );
  for (const kind of Object.values(TrackKind))
    print(
      rowOf(
        kind,
        counted.filter(track => track.kind === kind),
      ),
    );
  const made = pictures.filter(({ spark }) => spark.made);
  const wrongly = pictures.filter(({ spark }) => spark.found && !spark.made).length;
  const falseClusters = scores.reduce((sum, score) => sum + score.falseClusters, 0);
  print(
    `\nsparks: ${made.length}, found ${made.filter(({ spark }) => spark.found).length}, other pictures taken for one ${wrongly}\n` +
      `clusters of noise: ${falseClusters}, ${(falseClusters / scores.length).toFixed(3)} a picture`,
  );
}

if (isMainThread) await main();
else parentPort?.postMessage(scoreAll(workerData as Share), []);
