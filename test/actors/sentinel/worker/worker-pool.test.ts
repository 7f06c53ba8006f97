import { pino } from 'pino';
import { expect, test } from 'vitest';
import { WorkerPool } from '../../../../actors/sentinel/worker/worker-pool.ts';
import { rawEventOf } from '../../../helpers/camera-events.ts';

const pool = (workers: number, timeLimitMs = 30_000) =>
  new WorkerPool({
    workers,
    timeLimitMs,
    log: pino({ level: 'silent' }),
    entry: new URL('odd-worker.ts', import.meta.url),
  });

const job = (serial: number, body = new Uint8Array(new SharedArrayBuffer(4))) => ({
  event: rawEventOf(body, { serial }),
  body,
  calibrations: new Map(),
  displays: [],
});

const never = new AbortController().signal;

test('a thread works in the memory that it is given, not in a copy', async () => {
  await using threads = pool(1);
  const { body, ...rest } = job(0);
  await threads.run({ ...rest, body }, never);
  expect(body[0]).toBe(42);
});

test.each([
  ['runs out of memory', 2, 100_000, /memory limit/],
  ['meets an error outside of everything', 4, 30_000, /outside of everything/],
  ['ends itself', 1, 3_000, /took longer than 3000 ms/],
  ['never ends', 3, 3_000, /took longer than 3000 ms/],
])(
  'a thread that %s costs its own event, and another thread takes its place',
  async (_, serial, limit, why) => {
    await using threads = pool(1, limit);
    await expect(threads.run(job(serial), never)).rejects.toMatchObject({
      code: 'WORKER_FAILED',
      retry: false,
      message: expect.stringMatching(why),
    });
    expect(await threads.run(job(0), never)).toMatchObject({ kind: 'done' });
  },
);

test('while one thread dies, the others go on and what waits is done', async () => {
  await using threads = pool(2);
  const ends = [2, 0, 5, 6, 7].map(serial => threads.run(job(serial), never));
  const [lost, ...done] = await Promise.allSettled(ends);
  expect(lost).toMatchObject({ status: 'rejected', reason: { code: 'WORKER_FAILED' } });
  expect(done.map(({ status }) => status)).toEqual(done.map(() => 'fulfilled'));
});

test('told to stop, it gives the event up for another instance and blames no thread', async () => {
  await using threads = pool(1);
  const stopping = new AbortController();
  const running = threads.run(job(3), stopping.signal);
  stopping.abort();
  await expect(running).rejects.toMatchObject({ name: 'AbortError' });
});
