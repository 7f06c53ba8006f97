import { join } from 'node:path';
import { expect, test } from 'vitest';
import { STAGES } from '../../runtime/verify/compare.ts';
import { demoIn, endsWith, pidsOf, readReport, spillway } from '../helpers/system.ts';
import { temporaryDirectory } from '../helpers/temporary-directory.ts';

test('a run from start to end finds every spill at every stage, once and alike', async () => {
  await using directory = await temporaryDirectory();
  const config = await demoIn(directory.path);
  const report = join(directory.path, 'report.json');
  const run = spillway('up', '--config', config, '--duration', '6s', '--speed', '10', '--report', report);
  await endsWith(run, 0);
  const result = await readReport(report);
  expect(result).toMatchObject({ lost: 0, duplicated: 0, different: 0, deadLetters: 0, unsettled: [] });
  expect(result.spills['stored']).toBeGreaterThan(10);
  expect(new Set(STAGES.map(stage => result.spills[stage])).size).toBe(1);
});

test('recorder, packer, feed, rotorooter, beam monitor and NATS server killed with SIGKILL: nothing lost, nothing doubled', async () => {
  await using directory = await temporaryDirectory();
  const config = await demoIn(directory.path);
  const report = join(directory.path, 'report.json');
  const victims = ['recorder', 'spill-packer', 'rotorooter-feed', 'rotorooter', 'beam-monitor'];
  const run = spillway('up', '--config', config, '--duration', '15s', '--speed', '20', '--report', report);
  const pids = await pidsOf(directory.path, victims);
  for (const pid of pids.values()) process.kill(pid, 'SIGKILL');
  await endsWith(run, 0);
  const result = await readReport(report);
  expect(Object.keys(result['restarts'] as object)).toEqual(
    expect.arrayContaining([...victims, 'nats-server']),
  );
  expect(result).toMatchObject({ lost: 0, duplicated: 0, different: 0, deadLetters: 0, unsettled: [] });
  expect(result.spills['stored']).toBeGreaterThan(50);
  expect(new Set(STAGES.map(stage => result.spills[stage])).size).toBe(1);
}, 180_000);

test('a second start beside the first is refused with a code, and the first goes on', async () => {
  await using directory = await temporaryDirectory();
  const config = await demoIn(directory.path);
  const first = spillway('up', '--config', config);
  await pidsOf(directory.path, ['recorder']);
  const second = spillway('up', '--config', config);
  await endsWith(second, 3);
  expect(second.output()).toContain('DATA_DIRECTORY_BUSY');
  const check = spillway('dead', 'list', '--config', config);
  await endsWith(check, 0);
  first.kill('SIGTERM');
  await endsWith(first, 0);
});
