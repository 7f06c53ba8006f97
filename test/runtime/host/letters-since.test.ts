import { expect, test } from 'vitest';
import { z } from 'zod';
import { SpillwayError } from '../../../protocol/errors.ts';
import type { ActorDefinition } from '../../../runtime/actor.ts';
import { batch } from '../../../runtime/actor.ts';
import { runActor } from '../../../runtime/host/host.ts';
import { lettersSince } from '../../../runtime/host/letters-since.ts';
import { serverName } from '../../../runtime/host/streams.ts';
import { hostOptions } from '../../helpers/host-options.ts';
import { natsServer } from '../../helpers/nats.ts';
import { numberIn, openTestNats, publishNumber } from '../../helpers/streams.ts';
import { until } from '../../helpers/until.ts';

const refusing: ActorDefinition<unknown> = {
  name: 'sentinel',
  summary: 'refuses everything',
  consumes: ['EVENT'],
  produces: [],
  config: z.unknown(),
  start: async () => ({
    lanes: [
      batch<{ readonly n: number }>({
        stream: 'EVENT',
        types: [numberIn('EVENT')],
        maxMessages: 1,
        maxWaitMs: 0,
        deliver: async ({ messages }) => {
          throw new SpillwayError('EVENT_BODY_GONE', `no ${messages[0]?.body.n}`);
        },
      }),
    ],
    [Symbol.asyncDispose]: async () => {},
  }),
};

test('what an actor gave up on is told with its place until somebody forgets it, and only what came since', async () => {
  await using server = await natsServer();
  await using nats = await openTestNats(server.url);
  const started = Date.now();
  expect(await lettersSince(nats, 0)).toEqual([]);
  const stop = new AbortController();
  const ended = runActor(refusing, undefined, hostOptions(nats, stop.signal));
  for (const n of [1, 2]) await publishNumber(nats, 'EVENT', n);
  await until(async () => (await lettersSince(nats, started)).length === 2, { what: 'two dead letters' });
  stop.abort();
  await ended;
  const [first] = await lettersSince(nats, started);
  expect(first).toMatchObject({
    actor: 'sentinel',
    code: 'EVENT_BODY_GONE',
    stream: expect.stringMatching(/^EVENT@\d+$/) as string,
    sequence: 1,
    subject: 'test.event.number',
  });
  expect(await lettersSince(nats, Date.now() + 60_000)).toEqual([]);
  await nats.jsm.streams.deleteMessage(serverName('test', 'DEAD'), 1);
  expect((await lettersSince(nats, started)).map(({ sequence }) => sequence)).toEqual([2]);
});
