import { expect, test } from 'vitest';
import { z } from 'zod';
import { readDeadLetter } from '../../../protocol/messages/dead-letter.ts';
import { type Notification, notification } from '../../../protocol/messages/notification.ts';
import { type ActorDefinition, batch, type Delivered } from '../../../runtime/actor.ts';
import { runActor } from '../../../runtime/host/host.ts';
import { hostOptions } from '../../helpers/host-options.ts';
import { natsServer } from '../../helpers/nats.ts';
import { allMessages, countMessages, openTestNats } from '../../helpers/streams.ts';
import { until } from '../../helpers/until.ts';

test('what a script publishes by hand, without headers, is a notification; what does not fit is put aside', async () => {
  await using server = await natsServer();
  await using nats = await openTestNats(server.url);
  const seen: Delivered<Notification>[] = [];
  const listener: ActorDefinition<unknown> = {
    name: 'listener',
    summary: 'listens',
    consumes: ['COMMAND'],
    produces: [],
    config: z.unknown(),
    start: async () => ({
      lanes: [
        batch<Notification>({
          stream: 'COMMAND',
          types: [notification],
          maxMessages: 8,
          maxWaitMs: 0,
          deliver: async ({ messages }) => {
            seen.push(...messages);
          },
        }),
      ],
      [Symbol.asyncDispose]: async () => {},
    }),
  };
  const stop = new AbortController();
  const ended = runActor(listener, undefined, hostOptions(nats, stop.signal));
  const at = { seconds: 1_700_000_000, nanoseconds: 0 };
  nats.connection.publish('test.command.notify.elog', '{"title":');
  const body = JSON.stringify({ id: '7', source: 'elog', at, area: 'daq/disk', title: 'Disk is full' });
  nats.connection.publish('test.command.notify.elog', body);
  await until(() => seen.length === 1, { what: 'the notification' });
  await until(async () => (await countMessages(nats, 'DEAD')) === 1, { what: 'the dead letter' });
  stop.abort();
  await ended;
  expect(seen[0]).toMatchObject({
    type: 'notification/1',
    identity: 'notification:elog:7',
    body: { title: 'Disk is full', severity: 'MINOR' },
  });
  const [dead] = await allMessages(nats, 'DEAD');
  expect(readDeadLetter(dead!.header)).toMatchObject({ code: 'MESSAGE_MALFORMED', sequence: 1 });
});
