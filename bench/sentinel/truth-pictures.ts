import type { Profile } from '../../actors/sentinel/profiles/profile.ts';
import { type Calibration, calibrate } from '../../actors/sentinel/reconstruction/calibration.ts';
import { finishPedestal } from '../../actors/sentinel/reconstruction/pedestal.ts';
import { reconstruct } from '../../actors/sentinel/reconstruction/reconstruct.ts';
import { evenGains } from '../../actors/sentinel/reconstruction/vignetting.ts';
import { type Workspace, workspaceFor } from '../../actors/sentinel/reconstruction/workspace.ts';
import { DEFAULTS } from '../../fixtures/midas/campaign.ts';
import { type Exposure, expose, NOTHING } from '../../fixtures/midas/exposure.ts';
import { Light } from '../../fixtures/midas/light.ts';
import { Sensor } from '../../fixtures/midas/sensor.ts';
import { KeyedRandom } from '../../fixtures/simulator/random.ts';
import { addPedestalPicture, noPedestalSums } from '../../protocol/pedestal/sums.ts';
import { type FoundCluster, macroLight, matchClusters, type PictureScore } from './truth-match.ts';

/** Keys of random numbers: pictures of the pedestal run, and of data. */
const KEY = { pedestal: 1, data: 2 } as const;

/** A picture and what became of it; of a spark there is nothing but that. */
export interface ScoredPicture {
  readonly spark: { readonly made: boolean; readonly found: boolean };
  readonly score: PictureScore | undefined;
}

/** A simulated camera after its pedestal run, whose pictures are reconstructed and held against their truth. */
export class TruthCamera {
  readonly #seed: number;
  readonly #sensor: Sensor;
  readonly #light: Light;
  readonly #one: Light;
  readonly #calibration: Calibration;
  readonly #workspace: Workspace;

  /** @param pedestals pictures of the pedestal run; by default as many as CYGNO takes (cygno.md B4) */
  constructor(profile: Profile, seed: number, pedestals = 100) {
    const { rows, columns } = profile.sensor;
    this.#seed = seed;
    this.#sensor = new Sensor(seed, 0, columns, rows);
    this.#light = new Light(columns, rows);
    this.#one = new Light(columns, rows);
    this.#workspace = workspaceFor(profile);
    let sums = noPedestalSums(rows * columns);
    for (let number = 0; number < pedestals; number++)
      sums = addPedestalPicture(sums, this.darkPicture(number));
    this.#calibration = calibrate(profile, finishPedestal(sums, { run: 1, version: 1 }), evenGains(profile));
  }

  /** Raw counts of a picture of the pedestal run, good until the next one. */
  darkPicture(number: number): Uint16Array {
    const random = new KeyedRandom(this.#seed, KEY.pedestal, number);
    expose(this.#light, NOTHING, random);
    return this.#sensor.expose(this.#light, random);
  }

  /** Raw counts of a picture, good until the next one, and what is in it. */
  picture(number: number): { readonly pixels: Uint16Array; readonly exposure: Exposure } {
    const random = new KeyedRandom(this.#seed, KEY.data, number);
    const exposure = expose(this.#light, DEFAULTS.rates, random);
    return { pixels: this.#sensor.expose(this.#light, random), exposure };
  }

  score(number: number): ScoredPicture {
    const { pixels, exposure } = this.picture(number);
    const found = reconstruct(pixels, this.#calibration, this.#workspace);
    const spark = { made: exposure.spark, found: found.kind === 'spark' };
    if (found.kind === 'spark') return { spark, score: undefined };
    const { columns } = this.#workspace;
    const members = Map.groupBy(found.labels.keys(), point => found.labels[point]);
    const clusters = found.clusters.map(({ label, sc_integral }): FoundCluster => {
      const macros = (members.get(label) ?? []).map(
        point => (found.points.rows[point] ?? 0) * columns + (found.points.columns[point] ?? 0),
      );
      return { integral: sc_integral, macros };
    });
    const tracks = exposure.tracks.map(({ track, glows }) => {
      this.#one.clear();
      this.#one.add(glows);
      return { kind: track.kind, ...macroLight(this.#one, this.#calibration.profile) };
    });
    return { spark, score: matchClusters(tracks, clusters) };
  }
}
