import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { flood, type Target } from './campaign.ts';
import { tableHead, tableRow } from './report.ts';

const HELP = `Usage: npm run flood -- [listener|gateway] [options]

Floods a real listener of callbacks, or a real gateway (or one after the other), from this machine to this machine: idle and slow
connections, floods of addresses that may call and that may not, huge, nested and compressed bodies, guessed passwords,
WebSockets. Meanwhile real callers go on at a known rate: how they fared, what was refused with which code, and the most memory that
the process held, is printed as a table. Ends with 1 where a real call was refused.

  --seconds N   of each attack (default: 10)
  --only NAME   only this attack; may be repeated
  --json FILE   the same for programs
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: 'string', default: '10' },
    only: { type: 'string', multiple: true },
    json: { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
const seconds = Number(values.seconds);
const wrong = positionals.find(name => name !== 'listener' && name !== 'gateway');
if (values.help || wrong !== undefined || !(seconds >= 1 && seconds <= 600)) {
  process.stdout.write(HELP);
  process.exit(values.help ? 0 : 2);
}
const targets: readonly Target[] =
  positionals.length > 0 ? (positionals as Target[]) : ['listener', 'gateway'];
const campaigns: Record<string, unknown> = {};
let refused = 0;
process.stdout.write(`node ${process.versions.node}, ${availableParallelism()} cores, ${seconds} s each\n`);
for (const target of targets) {
  process.stdout.write(`\n${target}\n${tableHead}\n`);
  const campaign = await flood(target, {
    seconds,
    ...(values.only ? { only: values.only } : {}),
    onPhase(phase) {
      process.stdout.write(`${tableRow(phase)}\n`);
      refused += phase.real.sent - phase.real.accepted;
    },
  });
  process.stdout.write(`real: ${campaign.perSecond} a second: ${campaign.what}\n`);
  campaigns[target] = campaign;
}
if (values.json)
  await writeFile(
    values.json,
    `${JSON.stringify({ at: new Date().toISOString(), node: process.versions.node, seconds, campaigns }, null, 1)}\n`,
  );
process.exitCode = refused > 0 ? 1 : 0;
