import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { serverName } from '../../../runtime/host/streams.ts';
import { natsServer } from '../../../test/helpers/nats.ts';
import { openTestNats, publishNumber } from '../../../test/helpers/streams.ts';
import { until } from '../../../test/helpers/until.ts';
import { processUse } from './process-use.ts';

/** What a piece of work waits, and how many an instance has in hand: a sentinel with one thread has two, one being fetched. */
export const WORK = { waitMs: 100, slots: 2 } as const;

export interface WorkersMeasured {
  readonly instances: number;
  readonly events: number;
  /** Results/s, from the first one to the last. */
  readonly perSecond: number;
  /** Processor time of all instances, an event. */
  readonly workerMs: number;
  readonly serverMs: number;
}

/** So many processes share the events of one stream; each is worked on by waiting, so that the cores are not what is measured. */
export async function measureWorkers(
  instances: number,
  seconds: number,
  signal: AbortSignal,
): Promise<WorkersMeasured> {
  await using server = await natsServer({ syncInterval: 'always' });
  await using nats = await openTestNats(server.url);
  await using children = new AsyncDisposableStack();
  const started = Array.from({ length: instances }, (_, index) => {
    const args = [server.url, `worker-${index + 1}`, String(WORK.waitMs), String(WORK.slots)];
    return children.adopt(
      spawn(process.execPath, [join(import.meta.dirname, 'worker.ts'), ...args], {
        stdio: ['pipe', 'pipe', 'inherit'],
        signal,
      }),
      ended,
    );
  });
  await Promise.all(started.map(({ stdout }) => once(stdout, 'data')));

  const pids = started.map(({ pid }) => pid ?? 0);
  const before = [server.pid, ...pids].map(pid => processUse(pid).cpuMs);
  const events = Math.round((seconds * 1000 * instances * WORK.slots) / WORK.waitMs);
  const jobs = Array.from({ length: events }, (_, index) => index + 1);
  await Promise.all(
    Array.from({ length: 32 }, async () => {
      for (let n = jobs.pop(); n !== undefined; n = jobs.pop()) await publishNumber(nats, 'EVENT', n, 'job');
    }),
  );
  const results = async () => (await nats.jsm.streams.info(serverName('test', 'RECO'))).state;
  await until(async () => (await results()).messages >= events, {
    what: 'every result',
    timeoutMs: 60_000,
  });
  const { first_ts, last_ts } = await results();
  const used = [server.pid, ...pids].map((pid, index) => processUse(pid).cpuMs - (before[index] ?? 0));
  const [serverMs = 0, ...workers] = used;
  return {
    instances,
    events,
    perSecond: ((events - 1) * 1000) / (Date.parse(last_ts) - Date.parse(first_ts)),
    workerMs: workers.reduce((sum, ms) => sum + ms, 0) / events,
    serverMs: serverMs / events,
  };
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  child.stdin?.end();
  await once(child, 'exit');
}
