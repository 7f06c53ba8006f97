import { figure } from '../harness/table.ts';
import { type Check, disagrees, errorOf, MOST_ERROR } from './check.ts';
import type { Latency, Prediction } from './predict.ts';
import type { Grown, Saturation } from './saturation.ts';

/** Columns as wide as what is in them, the first to the left and the others to the right. */
export function aligned(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map(row => row[column]?.length ?? 0)));
  return rows
    .map(row =>
      row
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

export const predictionTable = (predictions: readonly Prediction[]): string =>
  aligned([
    [
      'nodes',
      'spills/s whole',
      'first',
      'divided',
      'first',
      'played',
      'accepted',
      'filed',
      'stored',
      'BEAM keeps',
      'sites',
      'first',
    ],
    ...predictions.map(({ nodes, whole, divided, sites, simulated, keptSeconds }) => [
      String(nodes),
      ...cells(whole),
      ...cells(divided),
      simulated === undefined ? '-' : figure(simulated.spillsPerSecond),
      ...[simulated?.accepted, simulated?.filed, simulated?.stored].map(latency),
      `${figure(keptSeconds / 3600)} h`,
      String(Math.floor(sites.at)),
      sites.first,
    ]),
  ]);

/** Into how many each part is divided that gives way before the machines do. */
export const dividedTable = (predictions: readonly Prediction[]): string =>
  predictions.map(({ nodes, divided }) => `${nodes} nodes: ${dividedInto(divided)}`).join('\n');

const dividedInto = ({ layout }: Grown): string =>
  [...Object.entries(layout.lanes), ['store', layout.shards] as const]
    .filter(([, count]) => count > 1)
    .map(([part, count]) => `${count} ${part}`)
    .join(', ') || 'nothing divided';

const cells = ({ at, first }: Saturation): string[] => [figure(at), first];

const latency = (one: Latency | undefined): string =>
  one === undefined ? '-' : `${figure(one.p50Ms)}/${figure(one.p99Ms)} ms`;

export const checkTable = (checks: readonly Check[]): string =>
  aligned([
    ['run', 'known', 'model', 'played', 'measured', 'unit', 'error'],
    ...checks.map(check => [
      check.what,
      check.from,
      figure(check.model),
      check.simulated === undefined ? '-' : figure(check.simulated),
      figure(check.measured),
      check.unit,
      `${errorOf(check) > 0 ? '+' : ''}${(100 * errorOf(check)).toFixed(0)} %${
        disagrees(check) ? `  DISAGREES by more than ${100 * MOST_ERROR} %` : ''
      }`,
    ]),
  ]);
