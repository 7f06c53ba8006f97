import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { pino } from 'pino';
import { createLogger } from '../../runtime/log.ts';
import { campaign } from './campaign.ts';
import { MAY_MOUNT } from './disks.ts';
import { mountable } from './mounts.ts';
import { prove } from './proof.ts';
import { HEADINGS, isClean, rowOf } from './report.ts';
import { loadCluster } from './start-broker.ts';

const HELP = `Usage: npm run chaos -- [options]

Runs everything, each actor as a process of its own, on a real nats-server and store, and does to it what a schedule says: kills, stops, cut,
slow and half-open connections, full and slow disks, wrong clocks, poison. Then mends everything, waits, and compares what went in with
what is there. Anything lost, double, out of order or different ends the command with 1.

  --spills N      spills of the beam, each with readings in and out of spill (default: 1500)
  --faults N      (default: 60)
  --seed N        the same seed and numbers give the same schedule (default: 1)
  --nodes 1|3     servers of NATS (default: 1)
  --speed X       accelerator time against wall time: 33 is 15 spills a second (default: 33)
  --json FILE     the result, for programs
  --keep          keep the directory of a run that found nothing too
  --prove         spoil what is left of a clean run, and see that it is found
`;

const { values } = parseArgs({
  options: {
    spills: { type: 'string', default: '1500' },
    faults: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
    nodes: { type: 'string', default: '1' },
    speed: { type: 'string', default: '33' },
    json: { type: 'string' },
    keep: { type: 'boolean', default: false },
    prove: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

function refuse(problem: string): never {
  process.stderr.write(`${problem}\n`);
  process.exit(2);
}

function whole(option: string, text: string): number {
  return /^\d{1,9}$/.test(text) ? Number(text) : refuse(`--${option}: "${text}"; accepted: whole numbers`);
}

async function main(): Promise<void> {
  if (values.help) return void process.stdout.write(HELP);
  const speed = Number(values.speed);
  if (!(speed > 0)) refuse(`--speed: "${values.speed}"; accepted: numbers above 0`);
  if (values.nodes !== '1' && values.nodes !== '3') refuse(`--nodes: "${values.nodes}"; accepted: 1, 3`);
  const nodes = values.nodes === '1' ? 1 : 3;
  if (nodes === 3) await loadCluster().catch((error: unknown) => refuse(String(error)));
  const [spills, faults, seed] = (['spills', 'faults', 'seed'] as const).map(name =>
    whole(name, values[name]),
  );
  if (spills === undefined || faults === undefined || seed === undefined || spills < 1)
    refuse('--spills: at least 1');

  // Mounts of a mount namespace go with the last process in it, however this one ends.
  const mounts = await mountable();
  if ('within' in mounts && process.env[MAY_MOUNT] === undefined) return again(mounts.within);

  const directory = await mkdtemp(join(tmpdir(), 'spillway-chaos-'));
  const log = createLogger('info', pino.destination(join(directory, 'campaign.log')));
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  const command = `npm run chaos -- --spills ${spills} --faults ${faults} --seed ${seed} --nodes ${nodes} --speed ${speed}`;
  process.stdout.write(`${command}\nlogs: ${directory}\n`);
  let told = 0;
  const report = await campaign({
    seed,
    spills,
    faults,
    nodes,
    speed,
    directory,
    noMounts: 'reason' in mounts ? mounts.reason : undefined,
    log,
    signal: stop.signal,
    onProgress(accepted) {
      if (accepted < told + spills / 10) return;
      told = accepted;
      process.stdout.write(`${new Date().toISOString()} ${accepted} spills accepted\n`);
    },
    ...(values.prove ? { onJudged: prove } : {}),
  });
  if (values.json) await writeFile(values.json, `${JSON.stringify(report, undefined, 1)}\n`);
  const { wrong, byFaultKind: _, ...figures } = report;
  process.stdout.write(`${JSON.stringify(figures, undefined, 1)}\n`);
  for (const { kind, reason } of report.skipped) process.stdout.write(`skipped: ${kind}: ${reason}\n`);
  for (const { count, what } of wrong.slice(0, 50)) process.stdout.write(`${count}: ${what}\n`);
  process.stdout.write(`${HEADINGS}\n${rowOf(report, new Date())}\n`);
  if (!isClean(report)) {
    process.exitCode = 1;
    process.stdout.write(`kept: ${directory}\nagain: ${command}\n`);
  } else if (values.keep) process.stdout.write(`kept: ${directory}\n`);
  else await rm(directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
}

/** Does the same in a mount namespace of its own. */
async function again(within: readonly string[]): Promise<void> {
  const [program = '', ...args] = within;
  const child = spawn(program, [...args, process.execPath, ...process.argv.slice(1)], {
    stdio: 'inherit',
    env: { ...process.env, [MAY_MOUNT]: '1' },
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
  const [code] = (await once(child, 'exit')) as [number | null];
  process.exitCode = code ?? 1;
}

await main();
