import { mkdir, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { fuzz, type Tally } from './campaign.ts';
import { inputOf } from './inputs.ts';
import { targets } from './targets.ts';

const HELP = `Usage: npm run fuzz -- [TARGET...] [options]

Gives every parser that sees bytes from outside (or those named) well-formed inputs, and mutations of them. None may crash, hang,
take memory without end, refuse without a code of its own, or accept what does not come back the same when written again. An input that
does is written to test/fuzz/found/ and ends the command with 1.

  --inputs N    per target (default: 100000)
  --seed N      equal seeds give equal inputs (default: 1)
  --json FILE   the counts, for programs
Targets: ${targets.map(({ name }) => name).join(', ')}
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    inputs: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    json: { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

function whole(option: string, text: string): number {
  if (/^\d{1,10}$/.test(text)) return Number(text);
  process.stderr.write(`--${option}: "${text}"; accepted: whole numbers\n`);
  return process.exit(2);
}

const unknown = positionals.find(name => !targets.some(target => target.name === name));
if (values.help || unknown !== undefined) {
  process.stdout.write(unknown === undefined ? HELP : `no target is called ${unknown}\n\n${HELP}`);
  process.exit(unknown === undefined ? 0 : 2);
}
const inputs = whole('inputs', values.inputs);
const seed = whole('seed', values.seed);

const line = (...cells: readonly (string | number)[]): string =>
  cells.map((cell, index) => (index === 0 ? String(cell).padEnd(22) : String(cell).padStart(11))).join(' ');

process.stdout.write(`seed ${seed}, node ${process.versions.node}\n`);
process.stdout.write(
  `${line('target', 'inputs', 'accepted', 'refused', 'findings', 'per s', 'slowest ms')}\n`,
);
const tallies: Tally[] = [];
for (const target of targets.filter(({ name }) => positionals.length === 0 || positionals.includes(name))) {
  const tally = await fuzz(target.name, inputs, seed);
  tallies.push(tally);
  const { accepted, refused, findings, seconds, slowest } = tally;
  const sum = Object.values(refused).reduce((total, count) => total + count, 0);
  process.stdout.write(
    `${line(target.name, inputs, accepted, sum, findings.length, Math.round(inputs / seconds), slowest.ms.toFixed(1))}\n`,
  );
  for (const { index, reason } of findings) {
    const directory = `test/fuzz/found/${target.name}`;
    await mkdir(directory, { recursive: true });
    await writeFile(`${directory}/${seed}-${index}.bin`, inputOf(target, await target.seeds(), seed, index));
    process.stdout.write(`  ${directory}/${seed}-${index}.bin: ${reason.slice(0, 600)}\n`);
  }
}
if (values.json)
  await writeFile(
    values.json,
    `${JSON.stringify({ seed, node: process.versions.node, tallies }, null, 1)}\n`,
  );
process.exitCode = tallies.some(({ findings }) => findings.length > 0) ? 1 : 0;
