import type { Comparison } from '../../harness/comparison.ts';
import { asDoubles, asRecorded } from './size.ts';
import { recorded } from './sustained.ts';

const MINUTE_MS = 60_000;

/** Readings of the beam from their stream through the recorder into the store, roll-ups and all, for as long as it takes to see it settle. */
export const readingsSustained: Comparison = {
  name: 'readings-sustained',
  title: 'Readings from JetStream into the store, ten minutes (10 s in the quick subset) without a pause',
  unit: 'values/s',
  better: 'more',
  quick: true,
  goals: [{ figure: 200_000, source: 'updates a second of all of ATLAS, P-BEAST' }],
  rounds: 1,
  contenders: async setting => [await recorded(setting, setting.quick ? MINUTE_MS / 6 : 10 * MINUTE_MS)],
};

/** What is left on the disk of every value when the store has merged all that it merges. */
export const readingsSize: Comparison = {
  name: 'readings-size',
  title: 'Disk for the readings of a beam line with their roll-ups and quantities, after merges',
  unit: 'B/value',
  better: 'less',
  quick: true,
  goals: [{ figure: 2, source: 'a quarter of a double' }],
  rounds: 1,
  contenders: async setting => {
    const own = await asRecorded(setting.quick ? 1_000 : 10_000);
    return [
      own.contender,
      asDoubles(own, 'ZSTD(1)'),
      asDoubles(own, 'Gorilla, ZSTD(1)'),
      asDoubles(own, 'LZ4'),
    ];
  },
};
