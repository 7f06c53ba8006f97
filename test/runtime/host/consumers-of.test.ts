import { AckPolicy } from '@nats-io/jetstream';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { type ActorDefinition, batch, work } from '../../../runtime/actor.ts';
import { consumersOf } from '../../../runtime/host/consumers-of.ts';
import { runActor } from '../../../runtime/host/host.ts';
import type { Nats } from '../../../runtime/host/nats.ts';
import { serverName } from '../../../runtime/host/streams.ts';
import { hostOptions } from '../../helpers/host-options.ts';
import { natsServer } from '../../helpers/nats.ts';
import { numberIn, openTestNats, publishNumber } from '../../helpers/streams.ts';
import { until } from '../../helpers/until.ts';
import type { Numbered } from './work-actor.ts';

const types = [numberIn('EVENT', 'job')];
const subject = 'test.event.job';

/** An actor with one lane, which holds on to the messages it is told to. */
const holder = (
  kind: 'work' | 'batch',
  held: ReadonlySet<number>,
  gate: Promise<void>,
): ActorDefinition<unknown> => {
  const handle = async (n: number) => {
    if (held.has(n)) await gate;
  };
  const lane =
    kind === 'work'
      ? work<Numbered>({
          stream: 'EVENT',
          subject,
          types,
          concurrency: 2,
          vanishedAfterMs: 5_000,
          attempts: 3,
          work: ({ message }) => handle(message.body.n),
        })
      : batch<Numbered>({
          stream: 'EVENT',
          subject,
          types,
          maxMessages: 1,
          maxWaitMs: 0,
          deliver: async ({ messages }) => {
            for (const { body } of messages) await handle(body.n);
          },
        });
  return {
    name: kind,
    summary: kind,
    consumes: ['EVENT'],
    produces: [],
    config: z.unknown(),
    start: async () => ({ lanes: [lane], [Symbol.asyncDispose]: async () => {} }),
  };
};

const progress = async (nats: Nats) =>
  Object.fromEntries(
    (await consumersOf(nats, 'EVENT')).map(({ name, doneThrough, waiting }) => [
      name,
      [doneThrough, waiting],
    ]),
  );

test('a body may go when the slowest has had it: work lanes out of order, batch lanes, and whoever reads from outside', async () => {
  await using server = await natsServer();
  await using nats = await openTestNats(server.url);
  await nats.jsm.consumers.add(serverName('test', 'EVENT'), {
    durable_name: 'offline',
    ack_policy: AckPolicy.Explicit,
  });
  const { promise: gate, resolve: open } = Promise.withResolvers<void>();
  const held = new Set([3]);
  const stop = new AbortController();
  const ended = Promise.all(
    (['work', 'batch'] as const).map(kind =>
      runActor(holder(kind, held, gate), undefined, hostOptions(nats, stop.signal)),
    ),
  );
  for (const n of [1, 2, 3, 4, 5]) await publishNumber(nats, 'EVENT', n, 'job');
  await publishNumber(nats, 'EVENT', 6, 'other');
  // The work lane has done 4 and 5; it is 3 that counts.
  await until(async () => JSON.stringify((await progress(nats))['work']) === '[2,0]', {
    what: 'the work lane',
  });
  await until(async () => (await progress(nats))['batch']?.[0] === 2, { what: 'the batch lane' });
  expect((await progress(nats))['offline']).toEqual([0, 6]);
  open();
  // What is of other subjects is behind them as well.
  await until(
    async () => JSON.stringify(await progress(nats)) === '{"batch":[6,0],"offline":[0,6],"work":[6,0]}',
    {
      what: 'all but the one outside',
    },
  );
  await publishNumber(nats, 'EVENT', 7, 'other');
  expect((await progress(nats))['work']).toEqual([7, 0]);
  stop.abort();
  await ended;
  const all = await consumersOf(nats, 'EVENT');
  expect(Object.fromEntries(all.map(({ name, subjects }) => [name, subjects]))).toEqual({
    batch: [subject],
    offline: [],
    work: [subject],
  });
});

test('readers that keep no place are none of them', async () => {
  await using server = await natsServer();
  await using nats = await openTestNats(server.url);
  await nats.js.consumers.get(serverName('test', 'EVENT'), {});
  expect(await consumersOf(nats, 'EVENT')).toEqual([]);
});

test('without NATS nobody is said to be done', async () => {
  await using server = await natsServer();
  await using nats = await openTestNats(server.url);
  await server.kill();
  await expect(consumersOf(nats, 'EVENT')).rejects.toThrow(expect.objectContaining({ code: 'NATS_AWAY' }));
});
