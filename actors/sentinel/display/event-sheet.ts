import { ticks } from 'd3-array';
import type { Calibration } from '../reconstruction/calibration.ts';
import type { Reconstruction } from '../reconstruction/reconstruct.ts';
import { clusterMarks } from './cluster-marks.ts';
import type { ColorScale } from './color-map.ts';
import { COLOR_BAR, type Frame } from './frame.ts';
import { countOf, eventOf, formatCounts, momentOf, type Shown } from './picture.ts';
import { line, px, sheet, write } from './svg.ts';
import { THEME } from './theme.ts';

interface Sheet {
  readonly shown: Shown & { readonly camera: number };
  readonly calibration: Calibration;
  readonly result: Reconstruction;
}

/** Everything on an event display that is lines and words. @param block side of a mean, pixels */
export function eventSheet(
  { shown, calibration, result }: Sheet,
  frame: Frame,
  scale: ColorScale,
  block: number,
): string {
  const { profile, pedestal } = calibration;
  return sheet(
    frame.width,
    frame.height,
    heading(shown, frame),
    write(frame.left, 52, subheading(shown, result, pedestal.run), { fill: THEME.faint }),
    axes(frame),
    acceptance(frame, profile.acceptance),
    result.kind === 'picture' ? clusterMarks(result, frame) : '',
    scaleBar(frame, profile.pixelMm),
    colorBar(frame, scale, block),
  );
}

const heading = (shown: Shown, { left, width }: Frame): string =>
  write(left, 30, `${shown.detector}  ·  run ${shown.run}  ·  ${eventOf(shown)}`, { size: 21, bold: true }) +
  write(width - 16, 30, momentOf(shown), { size: 15, anchor: 'end' });

function subheading(shown: Sheet['shown'], result: Reconstruction, pedestal: number): string {
  const where = `${shown.site}, camera ${shown.camera}`;
  if (result.kind === 'spark')
    return `${where}  ·  SPARK: ${formatCounts(result.counts)} raw counts, not reconstructed`;
  const light = result.clusters.reduce((sum, { sc_integral }) => sum + sc_integral, 0);
  const clusters = `${countOf(result.clusters.length, 'cluster')} with ${formatCounts(light)} counts of light`;
  return `${where}  ·  ${clusters}  ·  pedestal of run ${pedestal}`;
}

const SMALL = { size: 12, fill: THEME.faint } as const;

const border = (left: number, top: number, right: number, bottom: number): string =>
  `M${left - 0.5} ${top - 0.5}H${right + 0.5}V${bottom + 0.5}H${left - 0.5}Z`;

/** Pixels along two sides, in the words of the reconstruction. */
function axes({ left, right, top, bottom, down, across, sensor }: Frame): string {
  const rows = ticks(0, sensor.rows, 5).map(
    row =>
      line(`M${left - 6} ${px(down(row))}H${left - 1}`, THEME.frame) +
      write(left - 9, down(row) + 4, String(row), { ...SMALL, anchor: 'end' }),
  );
  const columns = ticks(0, sensor.columns, 5).map(
    column =>
      line(`M${px(across(column))} ${bottom + 1}V${bottom + 6}`, THEME.frame) +
      write(across(column), bottom + 19, String(column), { ...SMALL, anchor: 'middle' }),
  );
  return (
    line(border(left, top, right, bottom), THEME.frame) +
    rows.join('') +
    columns.join('') +
    write(14, (top + bottom) / 2, 'sc_x (pixels)', { ...SMALL, anchor: 'middle', turned: -90 }) +
    write((left + right) / 2, bottom + 36, 'sc_y (pixels)', { ...SMALL, anchor: 'middle' })
  );
}

/** The rows beyond which nothing is reconstructed. */
const acceptance = (
  { left, right, down, sensor }: Frame,
  { first, end }: { first: number; end: number },
): string =>
  [first, end]
    .filter(row => row > 0 && row < sensor.rows)
    .map(row =>
      line(
        `M${left} ${px(down(row))}H${right}`,
        THEME.mark,
        1,
        ' stroke-dasharray="2 5" stroke-opacity="0.45"',
      ),
    )
    .join('');

/** Lengths of scale bars, mm. */
const LENGTHS = [1, 2, 5, 10, 20, 50, 100, 200];

/** A bar of a round length, at the lower left. */
function scaleBar({ left, right, bottom, scale }: Frame, pixelMm: number): string {
  const perMm = scale / pixelMm;
  const mm = LENGTHS.findLast(length => length * perMm <= (right - left) / 5) ?? 1;
  const x = left + 18;
  const y = bottom - 20;
  const path = `M${x} ${y - 4}V${y + 4}M${x} ${y}H${px(x + mm * perMm)}M${px(x + mm * perMm)} ${y - 4}V${y + 4}`;
  return (
    line(path, THEME.edge, 5, ' stroke-linecap="round"') +
    line(path, THEME.mark, 2) +
    write(x + (mm * perMm) / 2, y - 9, `${mm} mm`, { anchor: 'middle', edged: true, fill: THEME.mark })
  );
}

/** Numbers beside the colours: those of a logarithmic axis, and the end of its straight part. */
const MARKS = [0, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000];

/** The numbers of the colour bar, beside the picture. */
function colorBar({ width, right, top, bottom }: Frame, scale: ColorScale, block: number): string {
  const x = right + COLOR_BAR.gap;
  const height = bottom - top;
  const marks = MARKS.filter(counts => counts <= scale.top).map(counts => {
    const y = bottom - scale.share(counts) * height;
    const text = `${counts === scale.top ? '≥' : ''}${formatCounts(counts)}`;
    return line(`M${x + COLOR_BAR.width} ${px(y)}h4`, THEME.frame) + write(x + 21, y + 4, text, SMALL);
  });
  const means = block === 1 ? '' : `, mean of ${block} × ${block} pixels`;
  const title = write(width - 12, (top + bottom) / 2, `counts above pedestal${means}`, {
    ...SMALL,
    anchor: 'middle',
    turned: -90,
  });
  return marks.join('') + line(border(x, top, x + COLOR_BAR.width, bottom), THEME.frame) + title;
}
