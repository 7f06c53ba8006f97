/**
 * What do so many machines carry, what gives way first, and is that so?
 *
 *     npm run scaling [-- --measure] [--nodes 1,2,3,10,1000] [--json FILE] [--svg FILE]
 *
 * Prints what the model says (docs/scaling.md) and what its simulation makes of the same. `--measure` runs the real thing too, in less
 * than four minutes: the whole chain on one node, 1, 2 and 3 experiments and servers, and 1, 2 and 3 sentinels, each against its
 * prediction. `--svg` draws the picture of docs/scaling.md. A prediction that is wrong by more than a quarter is called so; it is no failure.
 */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { machine } from '../harness/machine.ts';
import { checkChain, checkStreams, checkWorkers } from './check.ts';
import { COSTS } from './costs.ts';
import { type Measured, measureAll } from './measure/all.ts';
import { measuredTable } from './measured-table.ts';
import { PANELS } from './panels.ts';
import { picture } from './picture.ts';
import { predict } from './predict.ts';
import { checkTable, dividedTable, predictionTable } from './tables.ts';
import { MEASURED_NODE, type Node, SERVER_NODE } from './workload.ts';

const { values: options } = parseArgs({
  options: {
    measure: { type: 'boolean', default: false },
    nodes: { type: 'string', default: '1,2,3,10,1000' },
    json: { type: 'string' },
    svg: { type: 'string' },
  },
});
const nodes = options.nodes.split(',').map(Number);
if (!nodes.every(count => Number.isInteger(count) && count > 0)) {
  process.stderr.write(`--nodes ${options.nodes} is no list of whole numbers above 0\n`);
  process.exit(2);
}
const print = (text: string): void => void process.stdout.write(`${text}\n`);

const { cores, model, memoryBytes, load } = machine();
print(
  `${cores} cores ${model}, ${(memoryBytes / 2 ** 30).toFixed(0)} GiB, load ${load.toFixed(1)}; node ${process.version}\n`,
);
const small = nodes.map(count => predict(count, MEASURED_NODE));
const large = nodes.map(count => predict(count, SERVER_NODE));
for (const [node, predictions] of [
  [MEASURED_NODE, small],
  [SERVER_NODE, large],
] as const)
  print(`Nodes of ${nodeText(node)}\n${predictionTable(predictions)}\n${dividedTable(predictions)}\n`);

let measured: Measured | undefined;
if (options.measure) {
  const stopping = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stopping.abort());
  measured = await measureAll(stopping.signal, line => void process.stderr.write(`${line}\n`));
  print(`${measuredTable(measured)}\n`);
}
const checks =
  measured === undefined
    ? []
    : [checkChain(measured.chain), ...checkStreams(measured.streams), ...checkWorkers(measured.workers)];
if (checks.length > 0) print(checkTable(checks));

if (options.svg !== undefined) await writeFile(options.svg, picture(PANELS));
if (options.json !== undefined) {
  const all = {
    date: new Date().toISOString(),
    machine: machine(),
    costs: COSTS,
    small,
    large,
    measured,
    checks,
  };
  await writeFile(options.json, `${JSON.stringify(all, null, 2)}\n`);
}

function nodeText({
  cores: count,
  diskBytesPerSecond,
  networkBytesPerSecond,
  memoryBytes: memory,
}: Node): string {
  return `${count} cores, ${diskBytesPerSecond / 1e6} MB/s of synced writes, ${networkBytesPerSecond / 1e6} MB/s of network, ${memory / 2 ** 30} GiB`;
}
