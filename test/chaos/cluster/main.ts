import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { pino } from 'pino';
import { temporaryDirectory } from '../../helpers/temporary-directory.ts';
import { campaign } from './campaign.ts';
import { outage } from './outage.ts';
import { isClean, markdown, outageMarkdown } from './report.ts';

const HELP = `Usage: npm run chaos:cluster -- [--kills N] [--seed N] [--partition SECONDS] [--speed N] [--json FILE] [--log FILE]
       npm run chaos:cluster -- --outage SECONDS [--seed N] [--speed N] [--json FILE] [--log FILE]

Three nats-servers on the loopback interface, three copies of every stream, and the beam chain. Leaders are killed
with SIGKILL, in turn of BEAM, SPILL and of the metadata; then servers are cut off from the others: one that follows, a
leader, and one that has clients. At the end front end, streams, files and store are compared. Or else, with --outage, the link
to a remote site with the beam monitor is cut.

  --kills N            leaders killed (default 60)
  --seed N             when, and what the beam brings (default 1)
  --partition SECONDS  how long each server is cut off; 0 for none (default 20)
  --speed N            of the simulated beam; 1 is a spill every two seconds (default 4)
  --outage SECONDS     how long the link is down
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
    outage: { type: 'string' },
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
const common = {
  directory: data,
  seed: Number(values.seed),
  speed: Number(values.speed),
  log,
  signal: stop.signal,
};
if (values.outage === undefined) {
  const result = await campaign({
    ...common,
    kills: Number(values.kills),
    partitionMs: Number(values.partition) * 1_000,
  });
  await tell(result, markdown(result), isClean(result));
} else {
  const result = await outage({ ...common, outageMs: Number(values.outage) * 1_000 });
  const { lost, duplicated, different } = result;
  await tell(result, outageMarkdown(result), lost + duplicated + different === 0);
}

async function tell(result: object, text: string, isFine: boolean): Promise<void> {
  if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(result, undefined, 2)}\n`);
  process.stdout.write(text);
  process.exitCode = isFine ? 0 : 1;
}
