import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { SpillwayError } from '../../../protocol/errors.ts';
import { readDeadLetter } from '../../../protocol/messages/dead-letter.ts';
import type { Health } from '../../../protocol/messages/health.ts';
import { type ActorDefinition, type Batch, batch, type Lane } from '../../../runtime/actor.ts';
import { replay } from '../../../runtime/commands/dead.ts';
import { runActor } from '../../../runtime/host/host.ts';
import type { Nats } from '../../../runtime/host/nats.ts';
import { serverName } from '../../../runtime/host/streams.ts';
import { hostOptions } from '../../helpers/host-options.ts';
import { natsServer } from '../../helpers/nats.ts';
import { allMessages, countMessages, numberIn, openTestNats, publishNumber } from '../../helpers/streams.ts';
import { until } from '../../helpers/until.ts';

interface Numbered {
  readonly n: number;
}
type Deliver = (batch: Batch<Numbered>) => Promise<void>;

/** A name may be any text; the subject is made of its first word. */
const kindOf = (name: string): string => name.split(' ')[0] ?? '';

/** A lane per kind of number in LEDGER: each with its own subject, name and effect. */
const channels = (
  delivers: Readonly<Record<string, Deliver>>,
  maxWaitMs: number,
): ActorDefinition<unknown> => ({
  name: 'channels',
  summary: 'a lane per channel',
  consumes: ['LEDGER'],
  produces: [],
  config: z.unknown(),
  start: async () => ({
    lanes: Object.entries(delivers).map(
      ([name, deliver]): Lane =>
        batch<Numbered>({
          name,
          stream: 'LEDGER',
          subject: numberIn('LEDGER', kindOf(name)).subject('test', { n: 0 }),
          types: [numberIn('LEDGER', kindOf(name))],
          maxMessages: 4,
          maxWaitMs,
          deliver,
        }),
    ),
    [Symbol.asyncDispose]: async () => {},
  }),
});

function run(
  nats: Nats,
  delivers: Readonly<Record<string, Deliver>>,
  { onHealth, maxWaitMs = 0 }: { onHealth?: (health: Health) => void; maxWaitMs?: number } = {},
) {
  const stop = new AbortController();
  const options = hostOptions(nats, stop.signal, onHealth ? { onHealth } : {});
  const ended = runActor(channels(delivers, maxWaitMs), undefined, options);
  return {
    async stop() {
      stop.abort();
      await ended;
    },
    /** Ends without a word to anybody. */
    async crash() {
      await nats.connection.close();
      stop.abort();
      await ended;
    },
  };
}

test('two lanes of one actor on one stream: what holds one up, or is refused by it, is nothing to the other', async () => {
  await using server = await natsServer();
  await using nats = await openTestNats(server.url);
  for (let n = 1; n <= 10; n++) {
    await publishNumber(nats, 'LEDGER', n, 'mail');
    await publishNumber(nats, 'LEDGER', n, 'chat');
  }
  let beat: Health | undefined;
  const mailed: number[] = [];
  let away = true;
  const chatted: number[] = [];
  const delivers = {
    mail: async ({ messages }: Batch<Numbered>) => {
      if (away) throw new SpillwayError('CHANNEL_AWAY', 'no mail server');
      if (messages.some(({ body }) => body.n === 5)) throw new SpillwayError('CHANNEL_REFUSED', 'not 5');
      mailed.push(...messages.map(({ body }) => body.n));
    },
    'chat room': async ({ messages }: Batch<Numbered>) => {
      chatted.push(...messages.map(({ body }) => body.n));
    },
  };
  const actor = run(nats, delivers, {
    onHealth: health => {
      beat = health;
    },
  });
  const all = Array.from({ length: 10 }, (_, index) => index + 1);
  await until(() => chatted.length === 10, { what: 'the chat has all' });
  const lags = () => beat?.lanes.map(({ stream, name, lag }) => `${stream}/${name} ${lag}`);
  await until(() => JSON.stringify(lags()) === '["LEDGER/mail 10","LEDGER/chat room 0"]', {
    what: 'their lags',
  });
  away = false;
  await until(() => mailed.length === 9, { what: 'the mail has all but one' });
  await until(async () => (await countMessages(nats, 'DEAD')) === 1, {
    what: 'the refused one is put aside',
  });
  expect(mailed.toSorted((a, b) => a - b)).toEqual(all.filter(n => n !== 5));
  expect(chatted).toEqual(all);
  await actor.stop();
  const names = await Array.fromAsync(nats.jsm.consumers.list(serverName('test', 'LEDGER')));
  expect(names.map(({ name }) => name).toSorted()).toEqual(['channels--chat=20room', 'channels--mail']);
});

test('a replayed dead letter is for the lane that gave up on it', async () => {
  await using server = await natsServer();
  await using nats = await openTestNats(server.url);
  await publishNumber(nats, 'LEDGER', 5, 'mail');
  let refusing = true;
  const mailed: number[] = [];
  const delivers = {
    mail: async ({ messages }: Batch<Numbered>) => {
      if (refusing) throw new SpillwayError('CHANNEL_REFUSED', 'no');
      mailed.push(...messages.map(({ body }) => body.n));
    },
  };
  const actor = run(nats, delivers);
  await until(async () => (await countMessages(nats, 'DEAD')) === 1, { what: 'the dead letter' });
  const [letter] = await allMessages(nats, 'DEAD');
  expect(readDeadLetter(letter!.header)).toMatchObject({ actor: 'channels', sequence: 1 });
  refusing = false;
  await replay(nats, letter!);
  await until(() => mailed.length === 1, { what: 'the replay' });
  await actor.stop();
  const [, replayed] = await allMessages(nats, 'LEDGER');
  expect(replayed?.header.get('Spillway-For')).toBe('channels--mail');
});

test('only a batch whose end is unknown comes again, and says so for as long as it is tried', async () => {
  await using server = await natsServer();
  await using nats = await openTestNats(server.url);
  const tried: string[] = [];
  const note = ({ messages, again }: Batch<Numbered>) =>
    tried.push(`${messages.map(({ body }) => body.n).join()}${again ? ' again' : ''}`);
  await publishNumber(nats, 'LEDGER', 1, 'mail');

  // Dies in the middle of the first one.
  const dying = await openTestNats(server.url);
  const hanging = new AbortController();
  const first = run(dying, {
    mail: async one => {
      note(one);
      await new Promise((_, reject) => {
        hanging.signal.addEventListener('abort', () => reject(new Error('gone')));
      });
    },
  });
  await until(() => tried.length === 1, { what: 'the first try' });
  hanging.abort();
  await first.crash();

  let failures = 1;
  const second = run(nats, {
    mail: async one => {
      note(one);
      if (failures-- > 0) throw new SpillwayError('CHANNEL_AWAY', 'not now');
    },
  });
  await until(() => tried.length === 3, { what: 'two more tries' });
  await publishNumber(nats, 'LEDGER', 2, 'mail');
  await until(() => tried.length === 4, { what: 'the second message' });
  await second.stop();

  // A clean stop leaves nothing in doubt.
  await publishNumber(nats, 'LEDGER', 3, 'mail');
  const third = run(nats, {
    mail: async one => {
      note(one);
    },
  });
  await until(() => tried.length === 5, { what: 'the third message' });
  await third.stop();
  expect(tried).toEqual(['1', '1 again', '1 again', '2', '3']);
});

test('a lane whose effect tells how far it is goes on from there after a crash, and writes no boundaries down', async () => {
  await using server = await natsServer();
  await using nats = await openTestNats(server.url);
  for (let n = 1; n <= 9; n++) await publishNumber(nats, 'LEDGER', n, 'mail');
  const effect: number[] = [];
  const tried: number[] = [];
  const life = async (until: number) => {
    const own = await openTestNats(server.url);
    const stop = new AbortController();
    const done = Promise.withResolvers<void>();
    const lane = batch<Numbered>({
      stream: 'LEDGER',
      types: [numberIn('LEDGER', 'mail')],
      maxMessages: 2,
      maxWaitMs: 0,
      doneThrough: async () => effect.length,
      async deliver({ messages, again }) {
        expect(again).toBe(false);
        for (const { body } of messages) {
          tried.push(body.n);
          effect[body.n - 1] = body.n;
          if (body.n !== until) continue;
          // In the middle of a batch.
          await own.connection.close();
          done.resolve();
          throw new SpillwayError('STORE_AWAY', 'the end of this life');
        }
      },
    });
    const actor = {
      ...channels({}, 0),
      start: async () => ({ lanes: [lane], [Symbol.asyncDispose]: async () => {} }),
    };
    const ended = runActor(actor, undefined, hostOptions(own, stop.signal));
    await done.promise;
    stop.abort();
    await ended;
  };
  for (const until of [3, 6, 9]) await life(until);
  expect(effect).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(tried).toEqual(effect);
  expect(await Array.fromAsync(await nats.state.keys('channels.LEDGER.plan'))).toEqual([]);
});

test('what an effect takes, and writing down that it is done, do not put off the next batch', async () => {
  await using server = await natsServer();
  await using nats = await openTestNats(server.url);
  const [effectMs, maxWaitMs] = [1_000, 2_000];
  const begun: number[] = [];
  const delivers = {
    mail: async () => {
      begun.push(performance.now());
      await delay(effectMs);
    },
  };
  const actor = run(nats, delivers, { maxWaitMs });
  await publishNumber(nats, 'LEDGER', 1, 'mail');
  await until(
    async () => (await nats.state.get('channels.LEDGER/mail.plan'))?.json<{ done: boolean }>().done === true,
    { what: 'the first is written down as done' },
  );
  await publishNumber(nats, 'LEDGER', 2, 'mail');
  await until(() => begun.length === 2, { what: 'the second' });
  await actor.stop();
  expect(begun[1]! - begun[0]!).toBeLessThan(effectMs + maxWaitMs);
});

test('what a full batch left behind does not wait for more', async () => {
  await using server = await natsServer();
  await using nats = await openTestNats(server.url);
  for (let n = 1; n <= 10; n++) await publishNumber(nats, 'LEDGER', n, 'mail');
  const sizes: number[] = [];
  const delivers = {
    mail: async ({ messages }: Batch<Numbered>) => {
      sizes.push(messages.length);
    },
  };
  const actor = run(nats, delivers, { maxWaitMs: 3_600_000 });
  // The first is whatever has arrived; then four, for a batch takes no more, and what is left.
  await until(() => sizes.reduce((sum, size) => sum + size, 0) === 10, { what: 'all' });
  await actor.stop();
  expect(sizes.length).toBeGreaterThan(2);
});

test('messages of other subjects that leave the stream are no gap', async () => {
  await using server = await natsServer();
  await using nats = await openTestNats(server.url);
  const mailed: number[] = [];
  const delivers = {
    mail: async ({ messages }: Batch<Numbered>) => {
      mailed.push(...messages.map(({ body }) => body.n));
    },
  };
  await publishNumber(nats, 'LEDGER', 1, 'mail');
  const first = run(nats, delivers);
  await until(() => mailed.length === 1, { what: 'the first' });
  for (let n = 1; n <= 5; n++) await publishNumber(nats, 'LEDGER', n, 'chat');
  await first.stop();
  await nats.jsm.streams.purge(serverName('test', 'LEDGER'), { seq: 5 });
  await publishNumber(nats, 'LEDGER', 2, 'mail');
  const second = run(nats, delivers);
  await until(() => mailed.length === 2, { what: 'the second' });
  await second.stop();
  const gaps = (await allMessages(nats, 'LEDGER')).filter(({ subject }) => subject.includes('gap'));
  expect(gaps).toEqual([]);
});
