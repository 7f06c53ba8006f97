import { setTimeout as delay } from 'node:timers/promises';
import { pino } from 'pino';
import { startNatsServer } from '../../runtime/embedded/nats/server.ts';
import { temporaryDirectory } from '../helpers/temporary-directory.ts';
import { flowing, type Load } from './jetstream.ts';

/** How fast messages of 20 kB are acknowledged on the disk of this machine. */
export interface Rate {
  readonly policy: string;
  readonly disk: string;
  /** Median, milliseconds. */
  readonly oneByOne: number;
  /** With 64 in flight. */
  readonly perSecond: number;
}

const MEASURED_MS = 4_000;

export async function rates(): Promise<Rate[]> {
  const made: Rate[] = [];
  for (const [policy, syncInterval] of [
    ['always', 'always'],
    ['1 s', 1_000],
    ['10 s', 10_000],
    ['2 m', 120_000],
  ] as const) {
    const one = await rate(syncInterval, 1);
    const many = await rate(syncInterval, 64);
    made.push({ policy, disk: 'of this machine', oneByOne: one.medianMs, perSecond: many.perSecond });
  }
  return made;
}

async function rate(syncInterval: Load['syncInterval'], inFlight: number) {
  await using directory = await temporaryDirectory();
  await using server = await startNatsServer({
    storeDirectory: directory.path,
    syncInterval,
    name: 'rates',
    log: pino({ level: 'silent' }),
    signal: new AbortController().signal,
  });
  const flow = await flowing(server.url, { inFlight, everyMs: 0 }, async () => undefined);
  // The first ones meet a server that is not warm yet.
  await delay(MEASURED_MS / 4);
  const before = flow.freeze().size;
  await delay(MEASURED_MS);
  const acknowledged = [...flow.freeze().values()];
  await flow.stop();
  const waits = acknowledged.map(({ waitedMs }) => waitedMs).toSorted((a, b) => a - b);
  if (before === 0) throw new Error('nothing was acknowledged while the server got warm');
  return {
    medianMs: waits[Math.floor(waits.length / 2)] ?? 0,
    perSecond: Math.round(acknowledged.length / (MEASURED_MS / 1000)),
  };
}
