/**
 * What do so many machines carry, what gives way first, and is that so?
 *
 *     npm run scaling [-- --measure] [--nodes 1,2,3,10,1000] [--json FILE] [--write]
 *
 * Prints what the model says (docs/scaling.md) and what its simulation makes of the same. `--measure` runs the real thing too, in less
 * than four minutes: the whole chain on one node, 1, 2 and 3 experiments and servers, and 1, 2 and 3 sentinels, each against its
 * prediction. A prediction that is wrong by more than a quarter is called so; it is no failure. `--write` puts all that into
 * docs/scaling.md, with its picture: what to do when the costs have changed.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { machine } from '../harness/machine.ts';
import { checkChain, checkStreams, checkWorkers } from './check.ts';
import { COSTS } from './costs.ts';
import { costTable, printed, withBlock } from './document.ts';
import { type Measured, measureAll } from './measure/all.ts';
import { measuredTable } from './measured-table.ts';
import { PANELS } from './panels.ts';
import { picture } from './picture.ts';
import { predict } from './predict.ts';
import { checkTable, dividedTable, predictionTable } from './tables.ts';
import { MEASURED_NODE, type Node, SERVER_NODE } from './workload.ts';

const DOCS = join(import.meta.dirname, '../../docs');
const DOCUMENT = join(DOCS, 'scaling.md');
const PICTURE = join(DOCS, 'images/scaling.svg');

const { values: options } = parseArgs({
  options: {
    measure: { type: 'boolean', default: false },
    nodes: { type: 'string', default: '1,2,3,10,1000' },
    json: { type: 'string' },
    write: { type: 'boolean', default: false },
  },
});
const nodes = options.nodes.split(',').map(Number);
if (!nodes.every(count => Number.isInteger(count) && count > 0)) {
  process.stderr.write(`--nodes ${options.nodes} is no list of whole numbers above 0\n`);
  process.exit(2);
}
const print = (text: string): void => void process.stdout.write(`${text}\n`);

const { cores, model, memoryBytes, load } = machine();
const about = `${new Date().toISOString().slice(0, 10)}, ${cores} cores ${model}, ${(memoryBytes / 2 ** 30).toFixed(0)} GiB, load ${load.toFixed(1)}; node ${process.version}`;
const small = nodes.map(count => predict(count, MEASURED_NODE));
const large = nodes.map(count => predict(count, SERVER_NODE));
const predictions = (
  [
    [MEASURED_NODE, small],
    [SERVER_NODE, large],
  ] as const
)
  .map(([node, of]) => `Nodes of ${nodeText(node)}\n${predictionTable(of)}\n${dividedTable(of)}`)
  .join('\n\n');
print(`${about}\n\n${predictions}\n`);

let measured: Measured | undefined;
if (options.measure) {
  const stopping = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stopping.abort());
  measured = await measureAll(stopping.signal, line => void process.stderr.write(`${line}\n`));
}
const checks =
  measured === undefined
    ? []
    : [...checkChain(measured.chain), ...checkStreams(measured.streams), ...checkWorkers(measured.workers)];
const seen =
  measured === undefined ? undefined : `${about}\n\n${measuredTable(measured)}\n\n${checkTable(checks)}`;
if (seen !== undefined) print(seen);

if (options.write) {
  let text = await readFile(DOCUMENT, 'utf8');
  text = withBlock(text, 'costs', costTable());
  text = withBlock(text, 'predictions', printed(predictions));
  if (seen !== undefined) text = withBlock(text, 'measured', printed(seen));
  await writeFile(DOCUMENT, text);
  await writeFile(PICTURE, picture(PANELS));
}
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
