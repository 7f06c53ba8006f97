/**
 * How fast are we, beside what people would use instead and beside what is possible at all?
 *
 *     npm run bench [NAME...] [-- --quick] [--json FILE]
 *
 * Without names everything that this machine can do is compared; `--quick` takes the quick subset and shorter rounds. README.md
 * says how to read it. Ends with 1 when answers differ or ours fails, with 0 otherwise, whether or not goals are met.
 */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { COMPARISONS } from './comparisons/index.ts';
import { compare } from './harness/compare.ts';
import { machine, versions } from './harness/machine.ts';
import type { Result } from './harness/result.ts';
import { tableOf } from './harness/table.ts';

const { values: options, positionals: names } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean', default: false }, json: { type: 'string' } },
});
const { quick } = options;

const unknown = names.filter(name => !COMPARISONS.some(comparison => comparison.name === name));
if (unknown.length > 0) {
  const known = COMPARISONS.map(({ name }) => name).join(', ');
  process.stderr.write(`there is no ${unknown.join(', ')}; there are ${known}\n`);
  process.exit(2);
}
const chosen = COMPARISONS.filter(({ name, quick: isQuick }) =>
  names.length > 0 ? names.includes(name) : isQuick || !quick,
);

const stopping = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stopping.abort());
const { signal } = stopping;
const say = (line: string): void => void process.stderr.write(`${line}\n`);

const started = performance.now();
const about = { date: new Date().toISOString(), quick, machine: machine(), versions: await versions(signal) };
const results: Result[] = [];
const tables: string[] = [];
const failures: { readonly name: string; readonly reason: string }[] = [];
for (const comparison of chosen) {
  if (signal.aborted) break;
  const from = performance.now();
  try {
    const lines = await compare(comparison, { quick, signal, say });
    results.push(...lines);
    tables.push(tableOf(comparison, lines));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    failures.push({ name: comparison.name, reason });
    tables.push(`${comparison.name}: FAILED, ${reason}`);
  }
  say(`${comparison.name} took ${((performance.now() - from) / 1000).toFixed(0)} s`);
}

const seconds = (performance.now() - started) / 1000;
const { cores, model, memoryBytes, kernel, load } = about.machine;
process.stdout.write(`
${about.date}, ${seconds.toFixed(0)} s
${cores} cores ${model}, ${(memoryBytes / 2 ** 30).toFixed(0)} GiB, ${kernel}, load ${load.toFixed(1)} at the start
${Object.entries(about.versions)
  .map(([name, version]) => `${name} ${version}`)
  .join(', ')}

${tables.join('\n\n')}
`);
if (options.json !== undefined) {
  await writeFile(options.json, `${JSON.stringify({ ...about, seconds, results, failures }, null, 2)}\n`);
}
if (failures.length > 0 || signal.aborted) process.exitCode = 1;
