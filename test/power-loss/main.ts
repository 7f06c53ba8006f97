import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { whyNoCut } from './disk.ts';
import { rates } from './rates.ts';
import { heading, line, type Tally } from './report.ts';
import { scenarios } from './scenarios.ts';

const HELP = `Usage: npm run power-loss -- [options]

Cuts the power of a disk (ext4 in a file of its own) under nats-server, the rotorooter and the store while they work, brings it back, and
looks whether everything that they had acknowledged is there, once. Needs Linux and root. Ends with 1 when something is missing
that was promised.

  --cuts N      of each; of what promises nothing at most 3 (default: 5)
  --promised    only what promises to survive
  --rates       also how fast JetStream is under each policy
  --json FILE   the counts, for programs
`;

const { values } = parseArgs({
  options: {
    cuts: { type: 'string', default: '5' },
    promised: { type: 'boolean', default: false },
    rates: { type: 'boolean', default: false },
    json: { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

/** Set in the process whose mounts are its own. */
const INSIDE = 'SPILLWAY_POWER_LOSS';
/** As of `skip` in automake: there is nothing to say about what was not done. */
const SKIPPED = 77;

async function main(): Promise<number> {
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  if (!/^[1-9]\d{0,3}$/.test(values.cuts)) {
    process.stderr.write(`--cuts: "${values.cuts}"; accepted: 1 to 9999\n`);
    return 2;
  }
  const reason = whyNoCut();
  if (reason !== undefined) {
    process.stderr.write(`${reason}\n`);
    return SKIPPED;
  }
  if (process.env[INSIDE] === undefined) return insideMounts();
  const tallies = await cutAll(Number(values.cuts));
  const speeds = values.rates ? await rates() : [];
  for (const { policy, disk, oneByOne, perSecond } of speeds)
    process.stdout.write(
      `JetStream, ${policy}, ${disk}: ${oneByOne.toFixed(2)} ms one by one, ${perSecond}/s\n`,
    );
  if (values.json) await writeFile(values.json, `${JSON.stringify({ tallies, speeds }, null, 1)}\n`);
  return tallies.some(({ promised, lost, doubled }) => promised && lost + doubled > 0) ? 1 : 0;
}

/** Again, in a process whose mounts nobody else sees, and which end with it. */
function insideMounts(): number {
  const again = ['--mount', process.execPath, ...process.argv.slice(1)];
  const { status } = spawnSync('unshare', again, {
    stdio: 'inherit',
    env: { ...process.env, [INSIDE]: 'inside' },
  });
  return status ?? 1;
}

async function cutAll(cuts: number): Promise<readonly Tally[]> {
  process.stdout.write(`${heading}\n`);
  const tallies: Tally[] = [];
  for (const scenario of scenarios) {
    if (values.promised && !scenario.promised) continue;
    const made = await scenario.run(cuts);
    for (const tally of made) process.stdout.write(`${line(tally)}\n`);
    tallies.push(...made);
  }
  return tallies;
}

process.exitCode = await main();
