import { expect, test } from 'vitest';
import { temporaryDirectory } from '../../helpers/temporary-directory.ts';
import { until } from '../../helpers/until.ts';
import {
  daemonIn,
  daemonProcess,
  filesIn,
  linkTo,
  range,
  recordOf,
  recordsOf,
  spillCountsIn,
} from './helpers.ts';

test('records acknowledged before SIGKILL are in the files after it, each exactly once', {
  timeout: 60_000,
}, async () => {
  await using directory = await temporaryDirectory();
  const last = 6000;
  let acknowledged = 0;
  for (let round = 0; acknowledged < last; round++) {
    // Small files, so that some kills come while one is being closed.
    await using daemon = await daemonProcess(directory.path, '--bytes', '256KiB');
    await using link = await linkTo(daemon.port);
    expect(link.lastOnDisk).toBeGreaterThanOrEqual(acknowledged);
    expect(await spillCountsIn(directory.path)).toEqual(range(1, link.lastOnDisk));
    const sending = link.send(recordsOf(link.lastOnDisk + 1, last)).catch(() => undefined);
    const goal = Math.min(last, link.lastOnDisk + 400 + 173 * round);
    await until(() => link.lastOnDisk >= goal, { what: `acknowledgement of ${goal}` });
    acknowledged = link.lastOnDisk;
    if (goal < last) await daemon.kill('SIGKILL');
    await sending;
  }
  const counts = await spillCountsIn(directory.path);
  expect(counts).toEqual(range(1, last));
  for (const scan of (await filesIn(directory.path)).values()) expect(scan.tail).toEqual({ kind: 'none' });
});

test('after SIGKILL the open file goes on within its period', async () => {
  await using directory = await temporaryDirectory();
  {
    await using daemon = await daemonProcess(directory.path);
    await using link = await linkTo(daemon.port);
    await link.send(recordsOf(1, 10));
    await daemon.kill('SIGKILL');
  }
  await using daemon = await daemonIn(directory.path);
  await using link = await linkTo(daemon.port);
  await link.send(recordsOf(11, 20));
  expect([...(await filesIn(directory.path)).keys()]).toEqual(['B050520_194402.mbeam.raw.part']);
  expect(await link.roll()).toBe('B050520_194402.mbeam.raw');
  expect(await spillCountsIn(directory.path)).toEqual(range(1, 20));
});

test('two daemons on one directory: the second is refused, and takes over when the first is killed', async () => {
  await using directory = await temporaryDirectory();
  await using first = await daemonProcess(directory.path);
  const refused = {
    code: 'DIRECTORY_LOCKED',
    message: expect.stringContaining(`pid ${first.child.pid} `),
  };
  await expect(daemonIn(directory.path)).rejects.toMatchObject(refused);
  await first.kill('SIGKILL');
  await using second = await daemonIn(directory.path);
  await using link = await linkTo(second.port);
  expect(await link.send([recordOf(1)])).toBe(1);
});

test('SIGTERM acknowledges what was read, closes the file and ends with exit code 0', async () => {
  await using directory = await temporaryDirectory();
  await using daemon = await daemonProcess(directory.path);
  const link = await linkTo(daemon.port);
  await link.send(recordsOf(1, 5));
  await daemon.kill('SIGTERM');
  expect(daemon.child.exitCode).toBe(0);
  expect([...(await filesIn(directory.path)).keys()]).toEqual(['B050520_194402.mbeam.raw']);
  await until(() => link.broken !== undefined, { what: 'the end of the link' });
  expect(link.broken?.message).toContain('closing');
});
