import { headers } from '@nats-io/transport-node';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { HEADERS } from '../../../protocol/message.ts';
import { readDeadLetter } from '../../../protocol/messages/dead-letter.ts';
import type { Health } from '../../../protocol/messages/health.ts';
import { type ActorDefinition, type BatchLane, batch } from '../../../runtime/actor.ts';
import { replay } from '../../../runtime/commands/dead.ts';
import { runActor } from '../../../runtime/host/host.ts';
import { hostOptions } from '../../helpers/host-options.ts';
import { natsServer } from '../../helpers/nats.ts';
import { allMessages, countMessages, numberIn, openTestNats, publishNumber } from '../../helpers/streams.ts';
import { until } from '../../helpers/until.ts';

const type = numberIn('LEDGER');

type Taking = Pick<BatchLane<{ readonly n: number }>, 'maxMessages' | 'deliver' | 'resume'>;

const reader = (taking: Taking): ActorDefinition<unknown> => ({
  name: 'reader',
  summary: 'takes numbers',
  consumes: ['LEDGER'],
  produces: [],
  config: z.unknown(),
  start: async () => ({
    lanes: [batch({ stream: 'LEDGER', types: [type], maxWaitMs: 0, ...taking })],
    [Symbol.asyncDispose]: async () => {},
  }),
});

test('a bad message as large as the server takes is put aside as far as it fits, and holds up nobody behind it', async () => {
  await using server = await natsServer();
  await using nats = await openTestNats(server.url);
  const header = headers();
  header.set(HEADERS.type, type.type);
  const room = `NATS/1.0\r\n${HEADERS.type}: ${type.type}\r\n\r\n`.length;
  const largest = (nats.connection.info?.max_payload ?? 0) - room;
  await nats.js.publish(type.subject('test', { n: 0 }), Buffer.alloc(largest, 'x'), { headers: header });
  await publishNumber(nats, 'LEDGER', 7);

  const taken: number[] = [];
  const definition = reader({
    maxMessages: 4,
    deliver: async ({ messages }) => void taken.push(...messages.map(({ body }) => body.n)),
  });
  const stop = new AbortController();
  const ended = runActor(definition, undefined, hostOptions(nats, stop.signal));
  await until(() => taken.length > 0, { what: 'the message behind it' });
  stop.abort();
  await ended;

  expect(taken).toEqual([7]);
  expect(await countMessages(nats, 'DEAD')).toBe(1);
  const [letter] = await allMessages(nats, 'DEAD');
  if (!letter) throw new Error('no dead letter');
  const about = readDeadLetter(letter.header);
  expect(about).toMatchObject({
    actor: 'reader',
    code: 'MESSAGE_MALFORMED',
    sequence: 1,
    wholeBytes: largest,
  });
  expect(letter.data.length).toBeGreaterThan(largest - 1_000);
  // Half a message must not be taken for the whole one.
  await expect(replay(nats, letter)).rejects.toMatchObject({ code: 'MESSAGE_TOO_LARGE' });
});

test('a letter that was forgotten does not come back with a lane that goes back to where its other side is', async () => {
  await using server = await natsServer();
  await using nats = await openTestNats(server.url);
  await publishNumber(nats, 'LEDGER', 1);
  const header = headers();
  header.set(HEADERS.type, type.type);
  await nats.js.publish(type.subject('test', { n: 0 }), 'no JSON', { headers: header });
  let position = 0;
  const lettersOfALife = async (): Promise<number> => {
    const stop = new AbortController();
    const figures: number[] = [];
    const definition = reader({
      maxMessages: 1,
      // It has the first, and knows nothing of what could not be read.
      resume: async () => position,
      deliver: async ({ messages }) => {
        for (const { sequence } of messages) position = sequence;
      },
    });
    const onHealth = ({ lanes: [lane] }: Health) => {
      if (lane?.position === 2) figures.push(lane.dead);
    };
    const ended = runActor(definition, undefined, hostOptions(nats, stop.signal, { onHealth }));
    await until(() => figures.length > 0, { what: 'it is through' });
    stop.abort();
    await ended;
    return figures.at(-1) ?? -1;
  };
  expect(await lettersOfALife()).toBe(1);
  expect(await lettersOfALife()).toBe(0);
});
