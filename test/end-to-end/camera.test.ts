import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { demoIn, endsWith, pidsOf, readReport, spillway } from '../helpers/system.ts';
import { temporaryDirectory } from '../helpers/temporary-directory.ts';
import { until } from '../helpers/until.ts';

/** The demo with a camera of few pixels, which has time for many runs. */
const smallCamera = (text: string): string =>
  text
    .replace(/ {2}camera:\n(?: {4}.*\n)+/, `  camera: { ${SMALL} }\n`)
    .replace(/profile: \{.*\}/, `profile: { ${PROFILE} }`);

const SMALL =
  'size: 256, rate: 5, eventsPerRun: 10, pedestals: 6, pedestalRate: 5, dataRuns: 2, keepRuns: 1, pmts: false, disk: 64MiB';
const PROFILE =
  'from: lngs-2023, name: small, sensor: { rows: 256, columns: 256 }, acceptance: { first: 0, end: 256 }, pedestal: { minEvents: 6 }';

const ACTORS = ['event-intake', 'pedestal-maker', 'sentinel', 'run-summary', 'buffer-keeper', 'recorder'];

interface CameraFigures {
  readonly counts: Readonly<Record<string, number>>;
  readonly runs: number;
}

test('everything that the camera writes arrives once, whatever is killed meanwhile, the camera too', async () => {
  await using directory = await temporaryDirectory();
  const config = await demoIn(directory.path, smallCamera, { camera: true });
  const report = join(directory.path, 'report.json');
  const run = spillway('up', '--config', config, '--duration', '25s', '--report', report);
  const pids = await pidsOf(directory.path, ACTORS);
  const address = /camera +(http:\S+)/;
  await until(() => address.test(run.output()), { timeoutMs: 60_000, what: 'the address of the camera' });
  const [, url = ''] = address.exec(run.output()) ?? [];
  const status = async () =>
    (await (await fetch(url)).json()) as { pid: number; state: string; runs: number };
  await until(async () => (await status()).runs >= 2 && (await status()).state === 'taking', {
    timeoutMs: 60_000,
    what: 'a data run',
  });
  for (const pid of [...pids.values(), (await status()).pid]) process.kill(pid, 'SIGKILL');
  await endsWith(run, 0);
  const result = await readReport(report);
  expect(Object.keys(result['restarts'] as object)).toEqual(
    expect.arrayContaining([...ACTORS, 'nats-server', 'camera']),
  );
  expect(result).toMatchObject({ findings: [], deadLetters: 0, unsettled: [] });
  const { counts, runs } = result['camera'] as CameraFigures;
  expect(counts['reconstructed']).toBeGreaterThan(10);
  expect(counts['recorded']).toBe(counts['reconstructed']);
  expect(counts['listed']).toBe(counts['taken']);
  expect(counts['summarised']).toBe(runs);
  const log = await readFile(join(directory.path, 'data', 'log', 'spillway.log'), 'utf8');
  // Each actor has just the rights to NATS that it declares.
  expect(log.split('\n').filter(line => /violation|NATS_FORBIDDEN/i.test(line))).toEqual([]);
  // Runs that have been taken leave the disk, but for the latest.
  const files = (await readdir(join(directory.path, 'data', 'camera'))).filter(name => name.endsWith('.mid'));
  expect(files).not.toContain('run00001.mid');
}, 240_000);
