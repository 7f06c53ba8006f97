import type { Profile } from '../../actors/sentinel/profiles/profile.ts';
import { MACRO } from '../../actors/sentinel/reconstruction/macro.ts';
import type { Light } from '../../fixtures/midas/light.ts';

/** The light of one track, where the profile looks. */
export interface TrackLight {
  readonly kind: string;
  /** Counts by macro-pixel of the picture. */
  readonly macros: Float32Array;
  /** Their sum. */
  readonly counts: number;
}

/** A cluster that was found: its integral, and its macro-pixels as `row x columns + column` of the picture. */
export interface FoundCluster {
  readonly integral: number;
  readonly macros: readonly number[];
}

/** What became of a track. */
export interface TrackScore {
  readonly kind: string;
  readonly counts: number;
  /** Clusters of which it has more light than any other track. */
  readonly clusters: number;
  /** Share of its light that is in them, and in clusters of other tracks. */
  readonly held: number;
  readonly merged: number;
  /** Share of all tracks' light in them that is its own; NaN where it has none. */
  readonly purity: number;
  /** Sum of their integrals. */
  readonly integral: number;
}

export interface PictureScore {
  readonly tracks: readonly TrackScore[];
  /** Clusters of which less than half is light of tracks. */
  readonly falseClusters: number;
}

/** The light of a track by macro-pixel, turned as the reconstruction turns the picture: each sensor row is read backwards. */
export function macroLight(
  light: Light,
  { acceptance, sensor }: Pick<Profile, 'acceptance' | 'sensor'>,
): Pick<TrackLight, 'macros' | 'counts'> {
  const columns = sensor.columns / MACRO;
  const macros = new Float32Array((sensor.rows / MACRO) * columns);
  let counts = 0;
  for (let y = acceptance.first; y < acceptance.end; y++) {
    const [from, to] = light.litColumns(y);
    const row = Math.floor(y / MACRO) * columns;
    for (let x = from; x < to; x++) {
      const seen = light.counts[y * sensor.columns + x] ?? 0;
      const at = row + Math.floor((sensor.columns - 1 - x) / MACRO);
      macros[at] = (macros[at] ?? 0) + seen;
      counts += seen;
    }
  }
  return { macros, counts };
}

/** Gives each cluster to the track that has most light in it. */
export function matchClusters(
  tracks: readonly TrackLight[],
  clusters: readonly FoundCluster[],
): PictureScore {
  let falseClusters = 0;
  const own = tracks.map(() => ({ clusters: 0, light: 0, lent: 0, all: 0, integral: 0 }));
  for (const { integral, macros } of clusters) {
    const shares = tracks.map(track => macros.reduce((sum, at) => sum + (track.macros[at] ?? 0), 0));
    const all = shares.reduce((sum, share) => sum + share, 0);
    const most = own[shares.indexOf(Math.max(...shares))];
    if (!most || all < integral / 2) {
      falseClusters++;
      continue;
    }
    most.clusters++;
    most.all += all;
    most.integral += integral;
    for (const [index, track] of own.entries())
      track[track === most ? 'light' : 'lent'] += shares[index] ?? 0;
  }
  return {
    falseClusters,
    tracks: tracks.map(({ kind, counts }, index): TrackScore => {
      const { clusters: number = 0, light = 0, lent = 0, all = 0, integral = 0 } = own[index] ?? {};
      const shares = { held: light / counts, merged: lent / counts, purity: light / all };
      return { kind, counts, clusters: number, ...shares, integral };
    }),
  };
}
