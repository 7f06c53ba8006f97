import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type RunEnd, runEnd } from '../../../protocol/messages/run-transition.ts';
import { publish } from '../../../runtime/host/publish.ts';
import { keepCameraFiles, removeTaken, takenRuns } from '../../../runtime/up/camera-files.ts';
import { natsServer } from '../../helpers/nats.ts';
import { openTestNats, silent } from '../../helpers/streams.ts';
import { temporaryDirectory } from '../../helpers/temporary-directory.ts';
import { until } from '../../helpers/until.ts';

async function directoryOf(runs: readonly number[]) {
  const directory = await temporaryDirectory();
  for (const run of runs)
    for (const ending of ['mid', 'truth.jsonl'])
      await writeFile(join(directory.path, `run${String(run).padStart(5, '0')}.${ending}`), '');
  return directory;
}

const eventsIn = async (path: string): Promise<string[]> =>
  (await readdir(path)).filter(name => name.endsWith('.mid')).toSorted();

const endOf = (run: number): RunEnd => ({
  site: 'lngs',
  detector: 'lime',
  run,
  startedAt: { seconds: 1, nanoseconds: 0 },
  pedestal: false,
  highVoltage: true,
  exposure: 0.3,
  endedAt: { seconds: 2, nanoseconds: 0 },
  ending: 'end-of-run',
  error: null,
  equipment: {},
  rawEvents: 0,
  bytes: 0,
});

test('what has not been taken stays, however old it is', async () => {
  await using directory = await directoryOf([1, 2, 3, 4, 5]);
  expect(await removeTaken(directory.path, 0, new Set([2, 4]))).toEqual([2, 4]);
  expect(await eventsIn(directory.path)).toEqual(['run00001.mid', 'run00003.mid', 'run00005.mid']);
});

test('the latest that have been taken stay, as many as are to be kept; numbers count, not names', async () => {
  await using directory = await directoryOf([99_998, 99_999, 100_000, 100_001]);
  expect(await removeTaken(directory.path, 2, new Set([99_998, 99_999, 100_000]))).toEqual([99_998]);
  expect(await removeTaken(directory.path, 2, new Set([99_999, 100_000]))).toEqual([]);
});

test('the truth of a run stays when its events go, and goes 300 runs later', async () => {
  await using directory = await directoryOf(Array.from({ length: 302 }, (_, index) => index + 1));
  await removeTaken(directory.path, 1, new Set([1, 2, 3]));
  const names = await readdir(directory.path);
  expect(names).not.toContain('run00002.mid');
  expect(names.filter(name => name.endsWith('.truth.jsonl'))).toHaveLength(300);
  expect(names).not.toContain('run00002.truth.jsonl');
  expect(names).toContain('run00003.truth.jsonl');
});

test('what is no file of a run is not touched', async () => {
  await using directory = await directoryOf([1]);
  await mkdir(join(directory.path, 'run2'));
  for (const name of ['run00003.mid.part', 'notes.txt']) await writeFile(join(directory.path, name), '');
  expect(await removeTaken(directory.path, 0, new Set([1, 2, 3]))).toEqual([1]);
  expect((await readdir(directory.path)).toSorted()).toEqual([
    'notes.txt',
    'run00001.truth.jsonl',
    'run00003.mid.part',
    'run2',
  ]);
});

test('the end of a run of this detector in the stream lets its file go, and nothing else does', async () => {
  await using server = await natsServer();
  await using nats = await openTestNats(server.url);
  await using directory = await directoryOf([7, 8, 70]);
  const files = { directory: directory.path, keep: 0, detector: 'lime' };
  await using _keeper = keepCameraFiles(files, nats, silent);
  for (const body of [endOf(7), { ...endOf(8), detector: 'mango' }])
    await publish(nats, { type: runEnd, body }, [], { deadlineMs: 15_000 });
  expect(await takenRuns(nats, 'lime')).toEqual(new Set([7]));
  await until(async () => !(await eventsIn(directory.path)).includes('run00007.mid'), {
    what: 'the removal',
  });
  expect(await eventsIn(directory.path)).toEqual(['run00008.mid', 'run00070.mid']);
});
