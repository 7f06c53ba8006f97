import { expect, test } from 'vitest';
import { KeyedRandom } from '../../fixtures/simulator/random.ts';
import { pedestal } from '../../protocol/messages/pedestal.ts';
import { type Reconstruction, reconstruction } from '../../protocol/messages/reconstruction.ts';
import { brightPicture, darkPicture, runningSentinel, SMALL } from '../actors/sentinel/running.ts';
import { eventBytes, storedEvent } from '../helpers/camera-events.ts';
import { cameraConfig, takeRun } from '../helpers/camera-run.ts';
import { natsServer } from '../helpers/nats.ts';
import { allMessages, countMessages, openTestNats } from '../helpers/streams.ts';
import { exitCode, type RunningCommand, spillway } from '../helpers/system.ts';
import { temporaryDirectory } from '../helpers/temporary-directory.ts';
import { until } from '../helpers/until.ts';

const EVENTS = 150;
const PROCESSES = 3;
const SEED = 20_261_121;

const pictures = Array.from({ length: EVENTS }, (_, n) => brightPicture(n, n % 5));
const keyOf = ({ run, serial }: Reconstruction) => `${run}:${serial}`;

/** What a sentinel finds that nobody disturbs. */
async function unbroken(): Promise<Map<string, string>> {
  await using running = await runningSentinel();
  for (const [serial, picture] of pictures.entries())
    await running.work(await storedEvent(running.store, eventBytes([picture], [], serial), { serial }));
  return new Map(
    running.results().map(result => [keyOf(result), Buffer.from(reconstruction.encode(result)).toString()]),
  );
}

test('sentinels and pedestal-makers killed at any time leave exactly one result of every event, bit for bit that of an unbroken run', async () => {
  await using nats = await natsServer({ syncInterval: 1000 });
  await using directory = await temporaryDirectory();
  const own = await openTestNats(nats.url);
  await using _close = { [Symbol.asyncDispose]: () => own.connection.close() };
  const dark = [0, 1, 2].map(serial => eventBytes([darkPicture(1000 + 10 * serial)]));
  await takeRun(own, dark, 'pedestal');
  await takeRun(
    own,
    pictures.map((picture, serial) => eventBytes([picture], [], serial)),
    'data',
  );
  const config = await cameraConfig(directory.path, nats.url, {
    'pedestal-maker': { vanishedAfter: '1s' },
    sentinel: { profile: SMALL, workers: 1, vanishedAfter: '1s', attempts: 100, displayInterval: 'never' },
  });
  const start = () => spillway('run', 'pedestal-maker', 'sentinel', '--config', config);
  const random = new KeyedRandom(SEED);
  const running: RunningCommand[] = Array.from({ length: PROCESSES }, start);
  try {
    for (let done = 0; done < EVENTS; ) {
      // Somewhere on the way to the next few results one of them dies.
      const next = Math.min(EVENTS, done + 1 + Math.floor(30 * random.uniform()));
      await until(async () => (await countMessages(own, 'RECO')) >= next, {
        timeoutMs: 60_000,
        what: `result ${next}`,
      });
      done = next;
      const victim = Math.floor(PROCESSES * random.uniform());
      running[victim]?.kill('SIGKILL');
      running[victim] = start();
    }
    await until(async () => (await countMessages(own, 'RECO')) >= EVENTS, { timeoutMs: 60_000 });
  } finally {
    for (const child of running) child.kill('SIGKILL');
    await Promise.all(running.map(exitCode));
  }

  const told = new Map(
    (await allMessages(own, 'RECO')).map(({ data }) => [keyOf(reconstruction.decode(data)), data]),
  );
  const expected = await unbroken();
  expect(await countMessages(own, 'RECO')).toBe(EVENTS);
  expect(told.size).toBe(EVENTS);
  for (const [key, data] of told) expect(Buffer.from(data).toString()).toBe(expected.get(key));
  expect(await countMessages(own, 'DEAD')).toBe(0);
  const made = (await allMessages(own, 'RUN')).filter(({ subject }) => subject.includes('.pedestal.'));
  expect(made.map(({ data }) => pedestal.decode(data).outcome.kind)).toEqual(['made']);
}, 240_000);
