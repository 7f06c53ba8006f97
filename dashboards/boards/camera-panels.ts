import { row } from '../build/board.ts';
import { heatMap, pixelMap, seriesLike } from '../build/panels.ts';
import { bandOf, liveShare, meanOf, perLiveSecond, perMinute } from '../sql/detector.ts';
import { lengthByDensity, SPECTRA, spectrumOverTime } from '../sql/spectra.ts';

/** What the camera and the photomultipliers saw, for the board of the camera. */

/** Figures of detectors are kept by the minute. */
const MINUTE = '1m';
const NONE = 'no events';
const SECOND = 'suffix: /s';
const MINUTELY = 'suffix: /min';

const figure = seriesLike({ noValue: NONE, interval: MINUTE, bridgeMs: 180_000 });

export const rateRow = row(
  8,
  [
    8,
    figure(21, 'Cluster rate', 'Clusters for each live second.', SECOND, perLiveSecond('clusters'), {
      legend: 'hidden',
      min: 0,
    }),
  ],
  [
    8,
    figure(
      22,
      'Spark rate',
      'Discharges for each live second. Many in a row: look at the high voltage.',
      SECOND,
      perLiveSecond('sparks'),
      { legend: 'hidden', min: 0, style: 'bars' },
    ),
  ],
  [
    8,
    figure(
      23,
      'Live time',
      'Share of each interval in which the camera was open; about 60 % of a run with exposures of 0.3 s. The rest is dead time.',
      'percentunit',
      liveShare,
      { legend: 'hidden', min: 0, max: 1, fill: 10 },
    ),
  ],
);

const spectrum = (
  id: number,
  title: string,
  description: string,
  axisLabel: string,
  of: keyof typeof SPECTRA,
) =>
  heatMap({
    id,
    title,
    description: `${description} Clusters a minute, by time; the highest bin has all that is above it.`,
    unit: 'none',
    noValue: 'no clusters',
    axisLabel,
    interval: MINUTE,
    maxDataPoints: 200,
    query: spectrumOverTime(SPECTRA[of]),
  });

const LIGHT = 'sc_integral. Iron-55 is a bright line, whose place is the light yield.';
const DENSITY = 'Counts for each lit pixel: alpha particles are dense, cosmic muons thin.';

const lengthAndDensity = pixelMap({
  id: 35,
  title: 'Length and density',
  description:
    'Clusters of the range: columns are sc_length in steps of 50 pixels from 0, rows counts a pixel in steps of 4, the densest at the top. Electrons are below left, alpha particles above, muons below right.',
  unit: 'none',
  noValue: 'no clusters',
  interval: MINUTE,
  maxDataPoints: 100,
  query: lengthByDensity,
});

export const spectrumRows = [
  row(
    10,
    [12, spectrum(31, 'Light of clusters', LIGHT, 'counts', 'integral')],
    [12, spectrum(32, 'Density of clusters', DENSITY, 'counts a pixel', 'density')],
  ),
  row(
    10,
    [8, spectrum(33, 'Length of clusters', 'sc_length.', 'pixels', 'length')],
    [8, spectrum(34, 'Width of clusters', 'sc_width.', 'pixels', 'width')],
    [8, lengthAndDensity],
  ),
];

export const pictureRow = row(
  8,
  [
    12,
    figure(
      51,
      'Light of the picture',
      'Mean, lowest and highest cmos_mean of pictures, zero-suppressed. A step is a change of pedestal or of light.',
      'suffix: counts',
      bandOf('cmos_mean'),
    ),
  ],
  [
    12,
    figure(
      52,
      'Points',
      'Points of a picture that are clustered, mean, lowest and highest: what noise is left.',
      'none',
      bandOf('points'),
      { min: 0 },
    ),
  ],
);

export const waveformRow = row(
  8,
  [
    12,
    figure(
      61,
      'Waveforms',
      'Triggers of the photomultipliers a minute, by board and channel.',
      MINUTELY,
      perMinute('charge'),
      { min: 0 },
    ),
  ],
  [
    12,
    figure(
      62,
      'Charge of waveforms',
      'Mean pmt_wf_tot_charge, by board and channel.',
      'none',
      meanOf('charge'),
    ),
  ],
);
