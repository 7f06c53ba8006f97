/**
 * A process of one actor that a certain message kills outright: `node mortal-actor.ts URL fold|batch POISON FILE`. A batch
 * writes the values it had into FILE, one per line.
 */
import { appendFileSync } from 'node:fs';
import { z } from 'zod';
import { type Readings, readings } from '../../../protocol/messages/readings.ts';
import { packRecord, spillRecord } from '../../../protocol/messages/spill-record.ts';
import { type ActorDefinition, batch, fold } from '../../../runtime/actor.ts';
import { runActor } from '../../../runtime/host/host.ts';
import { hostOptions } from '../../helpers/host-options.ts';
import { openTestNats } from '../../helpers/streams.ts';

const [url = '', kind, poison, file = ''] = process.argv.slice(2);

const valueOf = (body: Readings): number => {
  const value = body.devices[0]?.values[0] ?? Number.NaN;
  if (value === Number(poison)) process.kill(process.pid, 'SIGKILL');
  return value;
};

const pack = (spillCount: number) => {
  const time = { seconds: spillCount, nanoseconds: 0 };
  const record = { simulated: true, detector: 'near', time, spillCount, inOut: 'in', devices: [] } as const;
  return { type: spillRecord, body: packRecord(record, { minor: 2 }) };
};

const lanes = {
  fold: fold<Readings, number>({
    streams: ['BEAM'],
    types: [readings],
    output: 'SPILL',
    initial: 0,
    state: z.number(),
    step: (_state, { body }) => ({
      state: valueOf(body),
      outputs: [pack(valueOf(body))],
      reason: 'one each',
    }),
  }),
  batch: batch<Readings>({
    stream: 'BEAM',
    types: [readings],
    maxMessages: 16,
    maxWaitMs: 0,
    deliver: async ({ messages, afterRefusal }) => {
      const values = messages.map(({ body }) => valueOf(body));
      if (!afterRefusal || values.length === 1)
        appendFileSync(file, values.map(value => `${value}\n`).join(''));
    },
  }),
};

const actor: ActorDefinition<unknown> = {
  name: 'mortal',
  summary: 'dies of one message',
  consumes: ['BEAM'],
  produces: [],
  config: z.unknown(),
  start: async () => ({
    lanes: [lanes[kind as keyof typeof lanes]],
    [Symbol.asyncDispose]: async () => {},
  }),
};

const stop = new AbortController();
process.once('SIGTERM', () => stop.abort());
await using nats = await openTestNats(url);
await runActor(actor, undefined, hostOptions(nats, stop.signal, { instance: `mortal-${process.pid}` }));
