import { type ChildProcess, spawn } from 'node:child_process';
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { makePedestals } from '../../actors/pedestal-maker/make-pedestals.ts';
import { pedestal } from '../../protocol/messages/pedestal.ts';
import { duration } from '../../runtime/config/units.ts';
import type { Nats } from '../../runtime/host/nats.ts';
import { publish } from '../../runtime/host/publish.ts';
import { brightPicture, darkPicture, SMALL } from '../actors/sentinel/running.ts';
import { eventBytes, pedestalRunEnd } from '../helpers/camera-events.ts';
import { bodiesOf, cameraConfig, takeRun } from '../helpers/camera-run.ts';
import { natsServer } from '../helpers/nats.ts';
import { ROOT, spillway } from '../helpers/spillway.ts';
import { countMessages, openTestNats } from '../helpers/streams.ts';
import { exitCode } from '../helpers/system.ts';
import { temporaryDirectory } from '../helpers/temporary-directory.ts';
import { until } from '../helpers/until.ts';

const FOLDER = join(ROOT, 'deploy', 'htcondor');

/** `name = value` of the submit file. */
const submitted = new Map(
  [...(await readFile(join(FOLDER, 'sentinel.sub'), 'utf8')).matchAll(/^(\w+)\s*=\s*(.*)$/gm)].map(
    ([, name = '', value = '']) => [name, value] as const,
  ),
);
const config = parse(await readFile(join(FOLDER, 'spillway.yaml'), 'utf8')) as {
  drain: string;
  actors: { sentinel: { workers: number } };
};

test('a job that is told to leave has given back what it had before it is killed', () => {
  expect(submitted.get('kill_sig')).toBe('SIGTERM');
  expect(duration().parse(config.drain)).toBeLessThan(1000 * Number(submitted.get('job_max_vacate_time')));
});

test('a job uses as many cores as it asks for: a worker in each, and one that fetches', () => {
  expect(config.actors.sentinel.workers + 1).toBe(Number(submitted.get('request_cpus')));
});

test('the configuration that a job is given is one that is understood', async () => {
  await using directory = await temporaryDirectory();
  const files = submitted.get('transfer_input_files')?.split(', ') ?? [];
  expect(files).toEqual(['spillway.yaml', 'nats-password']);
  await copyFile(join(FOLDER, 'spillway.yaml'), join(directory.path, 'spillway.yaml'));
  await writeFile(join(directory.path, 'nats-password'), 'secret\n');
  const checked = await spillway(['check'], { cwd: directory.path });
  expect(checked).toMatchObject({ stderr: '', code: 0 });
});

const EVENTS = 60;

/** A pedestal and a run of data in the streams. */
async function takeData(nats: Nats): Promise<void> {
  const dark = [0, 1, 2].map(serial => eventBytes([darkPicture(1000 + 10 * serial)]));
  const events = await takeRun(nats, dark, 'pedestal');
  const made = await makePedestals(pedestalRunEnd(events), events, {
    eventStore: bodiesOf(nats),
    equipment: 'Trigger',
    maxPictures: 200,
    at: { seconds: 1, nanoseconds: 0 },
    signal: new AbortController().signal,
  });
  for (const body of made) await publish(nats, { type: pedestal, body }, [], { deadlineMs: 10_000 });
  await takeRun(
    nats,
    Array.from({ length: EVENTS }, (_, serial) => eventBytes([brightPicture(serial)], [], serial)),
    'data',
  );
}

/** Starts a job as HTCondor does, in the directory of its files. */
const job = (directory: string, idle: string): ChildProcess =>
  spawn(join(FOLDER, 'sentinel.sh'), [ROOT, idle], { cwd: directory, stdio: 'ignore' });

test('a job that is told to leave ends with success, another does the rest and ends when there is nothing left', async () => {
  await using server = await natsServer({ syncInterval: 1000 });
  await using directory = await temporaryDirectory();
  const nats = await openTestNats(server.url);
  await using _close = { [Symbol.asyncDispose]: () => nats.connection.close() };
  await takeData(nats);
  const section = { profile: SMALL, workers: 1, vanishedAfter: '30s', displayInterval: 'never' };
  await cameraConfig(directory.path, server.url, { sentinel: section }, 'spillway.yaml');

  const leaving = job(directory.path, '1h');
  await until(async () => (await countMessages(nats, 'RECO')) > 2, { timeoutMs: 60_000, what: 'results' });
  leaving.kill('SIGTERM');
  expect(await exitCode(leaving)).toBe(0);
  // What it had in hand is done or given back, not to be waited for until it counts as vanished.
  expect(await exitCode(job(directory.path, '1s'))).toBe(0);
  expect(await countMessages(nats, 'RECO')).toBe(EVENTS);
  expect(await countMessages(nats, 'DEAD')).toBe(0);
}, 120_000);
