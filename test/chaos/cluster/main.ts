import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { pino } from 'pino';
import { temporaryDirectory } from '../../helpers/temporary-directory.ts';
import { campaign } from './campaign.ts';
import { isClean, markdown } from './report.ts';

const HELP = `Usage: npm run chaos:cluster -- [--kills N] [--seed N] [--partition SECONDS] [--speed N] [--json FILE] [--log FILE]

Three nats-servers on the loopback interface, three copies of every stream, and the beam chain. Leaders are killed
with SIGKILL, in turn of BEAM, SPILL and of the metadata; then servers are cut off from the others: one that follows, a
leader, and one that has clients. At the end front end, streams, files and store are compared.

  --kills N            leaders killed (default 60)
  --seed N             when, and what the beam brings (default 1)
  --partition SECONDS  how long each server is cut off; 0 for none (default 20)
  --speed N            of the simulated beam; 1 is a spill every two seconds (default 4)
  --json FILE          write the result
  --log FILE           write the log

Exit codes: 0 nothing lost and nothing doubled, 1 something was.
`;

const { values } = parseArgs({
  options: {
    help: { type: 'boolean', default: false },
    kills: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
    partition: { type: 'string', default: '20' },
    speed: { type: 'string', default: '4' },
    json: { type: 'string' },
    log: { type: 'string' },
  },
});

if (values.help) {
  process.stdout.write(HELP);
  process.exit(0);
}

const stop = new AbortController();
process.once('SIGINT', () => stop.abort());
process.once('SIGTERM', () => stop.abort());
await using directory = await temporaryDirectory();
const data = join(directory.path, 'run');
await mkdir(data);
const log =
  values.log === undefined
    ? pino({ level: 'silent' })
    : pino({ level: 'info' }, pino.destination(values.log));
const result = await campaign({
  directory: data,
  kills: Number(values.kills),
  seed: Number(values.seed),
  partitionMs: Number(values.partition) * 1_000,
  speed: Number(values.speed),
  log,
  signal: stop.signal,
});
if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(result, undefined, 2)}\n`);
process.stdout.write(markdown(result));
process.exitCode = isClean(result) ? 0 : 1;
