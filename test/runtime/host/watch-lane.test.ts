import { expect, test } from 'vitest';
import { z } from 'zod';
import { type ActorDefinition, watch } from '../../../runtime/actor.ts';
import { runActor } from '../../../runtime/host/host.ts';
import type { Nats } from '../../../runtime/host/nats.ts';
import { ensureStreams, serverName } from '../../../runtime/host/streams.ts';
import { hostOptions } from '../../helpers/host-options.ts';
import { natsServer } from '../../helpers/nats.ts';
import { countMessages, numberIn, openTestNats, publishNumber } from '../../helpers/streams.ts';
import { until } from '../../helpers/until.ts';

type Seen = string | number;

/** An actor that notes what it sees, and `|` when it has caught up; a number 13 it cannot bear. */
const watcher = (seen: Seen[], from: 'current' | 'now'): ActorDefinition<unknown> => ({
  name: 'watcher',
  summary: 'looks on',
  consumes: ['LEDGER'],
  produces: [],
  config: z.unknown(),
  start: async () => ({
    lanes: [
      watch<{ readonly n: number }>({
        stream: 'LEDGER',
        types: [numberIn('LEDGER', 'one'), numberIn('LEDGER', 'two')],
        from,
        see: ({ body }) => {
          if (body.n === 13) throw new Error('bad luck');
          seen.push(body.n);
        },
        caughtUp: () => {
          seen.push('|');
        },
      }),
    ],
    [Symbol.asyncDispose]: async () => {},
  }),
});

function run(nats: Nats, seen: Seen[], from: 'current' | 'now' = 'current') {
  const stop = new AbortController();
  const ended = runActor(watcher(seen, from), undefined, hostOptions(nats, stop.signal));
  return {
    [Symbol.asyncDispose]: async () => {
      stop.abort();
      await ended;
    },
  };
}

const sees = (seen: readonly Seen[], expected: readonly Seen[]) =>
  until(() => JSON.stringify(seen) === JSON.stringify(expected), {
    what: `it sees ${JSON.stringify(expected)}, not ${JSON.stringify(seen)}`,
  });

test('a watch sees the last of every subject, is told so, and then sees what comes', async () => {
  await using server = await natsServer();
  await using nats = await openTestNats(server.url);
  for (const n of [1, 2, 3]) await publishNumber(nats, 'LEDGER', n, 'one');
  for (const n of [4, 5]) await publishNumber(nats, 'LEDGER', n, 'two');
  const seen: Seen[] = [];
  await using _watching = run(nats, seen);
  await sees(seen, [3, 5, '|']);
  await publishNumber(nats, 'LEDGER', 6, 'one');
  await sees(seen, [3, 5, '|', 6]);
  // Nobody needs to be the only one who looks on.
  expect(await nats.state.get('watcher.lease')).toBeNull();
});

test('a watch from now on sees nothing of before, and has caught up at once', async () => {
  await using server = await natsServer();
  await using nats = await openTestNats(server.url);
  await publishNumber(nats, 'LEDGER', 1, 'one');
  const seen: Seen[] = [];
  await using _watching = run(nats, seen, 'now');
  await sees(seen, ['|']);
  await publishNumber(nats, 'LEDGER', 2, 'one');
  await sees(seen, ['|', 2]);
  expect(seen).not.toContain(1);
});

test('what cannot be seen, and kinds it does not know, keep nothing from being seen and are no dead letters', async () => {
  await using server = await natsServer();
  await using nats = await openTestNats(server.url);
  const seen: Seen[] = [];
  await using _watching = run(nats, seen);
  await sees(seen, ['|']);
  await publishNumber(nats, 'LEDGER', 13, 'one');
  await publishNumber(nats, 'LEDGER', 1, 'three');
  await nats.js.publish('test.ledger.one', 'not JSON');
  await publishNumber(nats, 'LEDGER', 2, 'two');
  await sees(seen, ['|', 2]);
  expect(await countMessages(nats, 'DEAD')).toBe(0);
});

test('a watch begins anew when the server was killed, and when the stream was made anew', async () => {
  await using server = await natsServer();
  await using nats = await openTestNats(server.url);
  await publishNumber(nats, 'LEDGER', 1, 'one');
  const seen: Seen[] = [];
  await using _watching = run(nats, seen);
  await sees(seen, [1, '|']);
  await server.kill();
  await server.restart();
  await sees(seen, [1, '|', 1, '|']);
  await publishNumber(nats, 'LEDGER', 2, 'one');
  await sees(seen, [1, '|', 1, '|', 2]);
  await nats.jsm.streams.delete(serverName('test', 'LEDGER'));
  await ensureStreams(nats.jsm, 'test', 1);
  await until(() => seen.length === 6, { what: 'it begins anew', timeoutMs: 20_000 });
  await publishNumber(nats, 'LEDGER', 3, 'one');
  await until(() => seen.length === 7, { what: 'what comes then' });
  expect(seen).toEqual([1, '|', 1, '|', 2, '|', 3]);
});
