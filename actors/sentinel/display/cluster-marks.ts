import type { Cluster } from '../reconstruction/cluster.ts';
import { MACRO } from '../reconstruction/macro.ts';
import type { Points } from '../reconstruction/points.ts';
import type { Frame } from './frame.ts';
import { type Box, CELL, FreePlaces } from './free-places.ts';
import { outlineOf } from './outline.ts';
import { formatCounts } from './picture.ts';
import { line, write } from './svg.ts';
import { THEME } from './theme.ts';

/** Clusters that get an outline, and those of them whose light stands beside, brightest first: more could not be read. */
const OUTLINED = 60;
const NAMED = 6;

interface Found {
  readonly clusters: readonly Cluster[];
  readonly points: Points;
  readonly labels: Int32Array;
}

/** Outlines of the brightest clusters and the light of some; numbers are places in the order of `sc_integral`, from 1. */
export function clusterMarks({ clusters, points, labels }: Found, frame: Frame): string {
  const outlined = clusters.slice(0, OUTLINED);
  const members = new Map(outlined.map(({ label }): [number, number[]] => [label, []]));
  for (let point = 0; point < labels.length; point++) members.get(labels[point] as number)?.push(point);
  const free = new FreePlaces(frame);
  const shapes = outlined.map(({ label }) => {
    const own = members.get(label) ?? [];
    const squares = own.map(point => squareOf(points, point, frame));
    for (const square of squares) free.take(square);
    return { outline: outlineOf(points, own, frame), squares };
  });
  const names = outlined.slice(0, NAMED).map((cluster, index) => {
    const text = `${index + 1}: ${formatCounts(cluster.sc_integral)}`;
    const place = placesOf(cluster, shapes[index]?.squares ?? [], text, frame).find(box => free.has(box));
    // Where all is full the outline has to do.
    if (!place) return '';
    free.take(place);
    return write(place.left, place.bottom - 4, text, { bold: true, edged: true, fill: THEME.mark });
  });
  const path = shapes.map(({ outline }) => outline).join('');
  return line(path, THEME.mark, 1, ' stroke-linecap="square" stroke-opacity="0.65"') + names.join('');
}

/** A macro-pixel on the drawing. */
function squareOf({ rows, columns }: Points, point: number, { down, across }: Frame): Box {
  const row = (rows[point] as number) * MACRO;
  const column = (columns[point] as number) * MACRO;
  return { left: across(column + MACRO), right: across(column), top: down(row), bottom: down(row + MACRO) };
}

const HEIGHT = 16;
/** Between outline and number. */
const GAP = 5;

/** Right, left, above and below a cluster at the middle of its light; a track is long, so what counts is where it is just there. */
function placesOf(
  { sc_xmean, sc_ymean }: Cluster,
  squares: readonly Box[],
  text: string,
  frame: Frame,
): Box[] {
  const width = 7.3 * text.length;
  // The outline is a macro-pixel away; and a cell of places at least, or the cluster would be in its own way.
  const gap = Math.max(CELL + 1, MACRO * frame.scale + GAP);
  const y = frame.down(sc_xmean);
  const x = frame.across(sc_ymean);
  const beside = squares.filter(({ top, bottom }) => bottom >= y - HEIGHT / 2 && top <= y + HEIGHT / 2);
  const around = squares.filter(({ left, right }) => right >= x - width / 2 && left <= x + width / 2);
  const right = most(beside, ({ right }) => right, x) + gap;
  const left = -most(beside, ({ left }) => -left, -x) - gap;
  const bottom = most(around, ({ bottom }) => bottom, y) + gap;
  const top = -most(around, ({ top }) => -top, -y) - gap;
  return [
    { left: right, right: right + width, top: y - HEIGHT / 2, bottom: y + HEIGHT / 2 },
    { left: left - width, right: left, top: y - HEIGHT / 2, bottom: y + HEIGHT / 2 },
    { left: x - width / 2, right: x + width / 2, top: top - HEIGHT, bottom: top },
    { left: x - width / 2, right: x + width / 2, top: bottom, bottom: bottom + HEIGHT },
  ];
}

const most = (squares: readonly Box[], value: (square: Box) => number, otherwise: number): number =>
  squares.reduce((sofar, square) => Math.max(sofar, value(square)), otherwise);
