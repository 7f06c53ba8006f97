import type { Findings } from './job.ts';

/** Bytes of JSON that findings may have: a server of NATS takes messages of 1 MiB unless told otherwise, headers included. */
const MOST_BYTES = 900_000;

/**
 * Findings that fit a message. A picture of noise may have thousands of clusters, a burst of triggers a thousand waveforms. What is
 * too much is left out and told: of each picture the dimmest clusters (`nSc` counts them all the same), and of the waveforms the
 * last. Where both are too much, each keeps half of the room; pictures share theirs evenly.
 */
export function withinMessage(findings: Findings, most = MOST_BYTES): Findings {
  const { pictures, waveforms, warnings } = findings;
  const ofClusters = pictures.reduce((sum, { clusters }) => sum + bytesOf(clusters), 0);
  const ofWaveforms = bytesOf(waveforms);
  if (ofClusters + ofWaveforms <= most) return findings;

  const roomForClusters = Math.max(most / 2, most - ofWaveforms);
  const kept = pictures.map(picture => ({
    ...picture,
    clusters: firstOf(picture.clusters, roomForClusters / pictures.length),
  }));
  const told = firstOf(waveforms, most - Math.min(ofClusters, roomForClusters));
  return {
    pictures: kept,
    waveforms: told,
    warnings: [
      ...warnings,
      ...kept.flatMap(({ camera, clusters, nSc }) =>
        clusters.length < nSc
          ? [`camera ${camera}: of ${nSc} clusters the ${clusters.length} brightest are told, all that fit`]
          : [],
      ),
      ...(told.length < waveforms.length
        ? [`of ${waveforms.length} waveforms the first ${told.length} are told, all that fit`]
        : []),
    ],
  };
}

/** In JSON, with the comma behind each; names of fields and figures are ASCII. */
const bytesOf = (items: readonly unknown[]): number =>
  items.reduce<number>((sum, item) => sum + bytesOfOne(item), 0);

const bytesOfOne = (item: unknown): number => JSON.stringify(item).length + 1;

function firstOf<Item>(items: readonly Item[], most: number): Item[] {
  let left = most;
  const end = items.findIndex(item => (left -= bytesOfOne(item)) < 0);
  return items.slice(0, end < 0 ? items.length : end);
}
