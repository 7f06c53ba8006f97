import { join } from 'node:path';
import { auditor } from '../../actors/auditor/actor.ts';
import type { Received } from '../../fixtures/receiver/receiver.ts';
import { HEADERS } from '../../protocol/message.ts';
import { type AlarmChange, alarmChange } from '../../protocol/messages/alarm-change.ts';
import { type DeadLetter, readDeadLetter } from '../../protocol/messages/dead-letter.ts';
import { type Notice, notice } from '../../protocol/messages/notice.ts';
import { decodeRecord } from '../../protocol/raw-block/raw-block.ts';
import type { Milliseconds } from '../../protocol/time.ts';
import { readAll } from '../../runtime/commands/dead.ts';
import type { Nats } from '../../runtime/host/nats.ts';
import { serverName } from '../../runtime/host/streams.ts';
import { filed, recordKey } from '../../runtime/verify/beam-files.ts';
import { readStream } from '../../runtime/verify/read-stream.ts';
import { type Verification, verify } from '../../runtime/verify/verify.ts';
import { bodiesOf, unbrokenDispatcher, unbrokenEngine } from '../end-to-end/alarms/unbroken-run.ts';
import { DISPATCHER } from './configuration.ts';
import { POISONED, type Poisoned } from './fault.ts';
import type { PutIn } from './poison.ts';
import type { System } from './system.ts';

/** A lane that gives up on what it cannot take. */
export interface Reader {
  readonly stream: Poisoned;
  /** Name of the lane's consumer: the actor, and `--` and the lane's name where it has one. */
  readonly lane: string;
}

/** A dead letter, with the lane that wrote it. */
export type Letter = DeadLetter & { readonly lane: string };

/** Everything that is left when a campaign is over. */
export interface Evidence {
  readonly verification: Verification;
  /** By file, the SPILL sequences of its records in the order of the file. */
  readonly files: ReadonlyMap<string, readonly number[]>;
  readonly poisons: readonly PutIn[];
  readonly readers: readonly Reader[];
  readonly letters: readonly Letter[];
  readonly alarms: AlarmEvidence;
}

export interface AlarmEvidence {
  readonly changes: readonly AlarmChange[];
  readonly notices: readonly Notice[];
  readonly received: readonly Received[];
  /** What engine and dispatcher told, and what they would have told without any interruption. */
  readonly told: readonly unknown[];
  readonly expected: readonly unknown[];
}

export async function evidenceOf(
  system: System,
  fromMs: Milliseconds,
  poisons: readonly PutIn[],
): Promise<Evidence> {
  const { nats, config } = system;
  const toMs = Date.now() + 3_600_000;
  return {
    verification: await verify(config, nats, {
      fromMs,
      toMs,
      frontEnd: system.simulator,
      truth: system.camera,
    }),
    files: await orderInFiles(system, fromMs, toMs),
    poisons,
    readers: await readersOf(nats),
    letters: (await readAll(nats)).map(({ header }) => {
      const letter = readDeadLetter(header);
      return { ...letter, lane: header.get(HEADERS.addressee) || letter.actor };
    }),
    alarms: await alarmEvidence(system, poisons),
  };
}

/** What alarms have told so far. */
export const toldAlarms = async ({
  nats,
  receiver,
}: System): Promise<Pick<AlarmEvidence, 'changes' | 'notices' | 'received'>> => ({
  changes: await bodiesOf(nats, 'ALARM', alarmChange),
  notices: await bodiesOf(nats, 'NOTICE', notice),
  received: [...receiver.received],
});

async function alarmEvidence(system: System, poisons: readonly PutIn[]): Promise<AlarmEvidence> {
  const { nats } = system;
  const skip = new Set(poisons.map(({ stream, sequence }) => `${stream} ${sequence}`));
  return {
    ...(await toldAlarms(system)),
    told: [...(await bodiesOf(nats, 'ALARM')), ...(await bodiesOf(nats, 'NOTICE'))],
    expected: [...(await unbrokenEngine(nats, skip)), ...(await unbrokenDispatcher(nats, DISPATCHER, skip))],
  };
}

/** What each file holds, as places in the stream that it was written from. */
async function orderInFiles(
  { nats, config }: System,
  fromMs: Milliseconds,
  toMs: Milliseconds,
): Promise<Map<string, number[]>> {
  const sequences = new Map<string, number>();
  for await (const message of readStream(nats, 'SPILL', 0))
    sequences.set(recordKey(decodeRecord(message.data)), message.seq);
  const rotorooter = config.actors['rotorooter'] as { readonly directory?: string };
  const directory = rotorooter.directory ?? join(config.dataDirectory, 'beam');
  const { seen } = await filed(directory, new Map(), fromMs, toMs);
  const files = new Map<string, number[]>();
  for (const { key, where } of seen) {
    const name = where.split(' at byte ')[0] ?? where;
    const sequence = sequences.get(key);
    if (sequence !== undefined) files.set(name, [...(files.get(name) ?? []), sequence]);
  }
  return files;
}

/** Who reads the streams that poison is put into, by the consumers that JetStream keeps. */
/** It keeps account of every message, also of one that nobody can read: to give up on it is for those who act on it. */
const WITNESSES: ReadonlySet<string> = new Set([auditor.name]);

async function readersOf(nats: Nats): Promise<Reader[]> {
  const readers: Reader[] = [];
  for (const stream of POISONED)
    for await (const { config, name } of nats.jsm.consumers.list(serverName(nats.experiment, stream)))
      if (config.durable_name !== undefined && !WITNESSES.has(name)) readers.push({ stream, lane: name });
  return readers;
}
