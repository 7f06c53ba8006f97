/** `node threads.ts JOB THREADS`: whole events, as a sentinel hands them to its worker threads. */
import { pino } from 'pino';
import { WorkerPool } from '../../../actors/sentinel/worker/worker-pool.ts';
import { eventBytes, rawEventOf } from '../../../test/helpers/camera-events.ts';
import { speak } from '../../harness/line-protocol.ts';
import { readJob } from './input.ts';

/** Events of one unit of work: so many that waiting for the last one weighs little. */
const EVENTS_A_THREAD = 8;

const { job, calibration } = readJob(process.argv[2] ?? '');
const threads = Number(process.argv[3]);
const events = job.pictures.map((picture, serial) => {
  const bytes = eventBytes([picture], [], serial);
  const body = new Uint8Array(new SharedArrayBuffer(bytes.length));
  body.set(bytes);
  return {
    event: rawEventOf(bytes, { serial }),
    body,
    calibrations: new Map([[0, calibration]]),
    displays: [],
  };
});
await using pool = new WorkerPool({ workers: threads, timeLimitMs: 60_000, log: pino({ level: 'warn' }) });
const never = new AbortController().signal;

const runAll = (): Promise<unknown> =>
  Promise.all(
    Array.from({ length: threads * EVENTS_A_THREAD }, () => events)
      .flat()
      .slice(0, threads * EVENTS_A_THREAD)
      .map(event => pool.run(event, never)),
  );

await speak(() => '', runAll, threads * EVENTS_A_THREAD);
