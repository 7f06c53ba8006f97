import { expect, test } from 'vitest';
import { readStretch } from '../../../runtime/host/read-stretch.ts';
import { serverName } from '../../../runtime/host/streams.ts';
import { natsServer } from '../../helpers/nats.ts';
import { numberIn, openTestNats, publishNumber } from '../../helpers/streams.ts';

const types = [numberIn('LEDGER', 'one')];
const numbers = (stretch: Awaited<ReturnType<typeof readStretch<{ readonly n: number }>>>) =>
  stretch.messages.map(({ body, sequence }) => [sequence, body.n]);

test('what is read after a sequence is all there is, in order, and no further than asked', async () => {
  await using server = await natsServer();
  await using nats = await openTestNats(server.url);
  const read = (after: number, limit: number) => readStretch(nats, 'LEDGER', types, { after, limit });
  expect(await read(0, 100)).toMatchObject({ first: 1, through: 0, messages: [] });
  for (const n of [1, 2, 3, 4, 5]) await publishNumber(nats, 'LEDGER', n * 10, n === 3 ? 'two' : 'one');

  const all = await read(0, 100);
  expect(all.stream).toMatch(/^LEDGER@\d+$/);
  expect(all).toMatchObject({ first: 1, last: 5, through: 5 });
  // The third is of a type nobody asked for.
  expect(numbers(all)).toEqual([
    [1, 10],
    [2, 20],
    [4, 40],
    [5, 50],
  ]);
  const some = await read(1, 2);
  expect([some.through, numbers(some)]).toEqual([3, [[2, 20]]]);
  expect(await read(5, 10)).toMatchObject({ through: 5, messages: [] });
  expect(await read(900, 10)).toMatchObject({ last: 5, through: 900, messages: [] });
});

test('what has left the stream shows as a later beginning, and holds nothing up', async () => {
  await using server = await natsServer();
  await using nats = await openTestNats(server.url);
  for (const n of [1, 2, 3, 4, 5]) await publishNumber(nats, 'LEDGER', n, 'one');
  const name = serverName('test', 'LEDGER');
  await nats.jsm.streams.purge(name, { seq: 3 });
  // The last one can have gone too, and the reader must not wait for it.
  await nats.jsm.streams.deleteMessage(name, 5);
  const rest = await readStretch(nats, 'LEDGER', types, { after: 0, limit: 10 });
  expect([rest.first, rest.through, numbers(rest)]).toEqual([
    3,
    5,
    [
      [3, 3],
      [4, 4],
    ],
  ]);
  await nats.jsm.streams.purge(name);
  const none = await readStretch(nats, 'LEDGER', types, { after: 0, limit: 10 });
  expect([none.first, none.through, none.messages]).toEqual([6, 5, []]);
});

test('without NATS the reader hears of it soon', async () => {
  await using server = await natsServer();
  await using nats = await openTestNats(server.url);
  await publishNumber(nats, 'LEDGER', 1, 'one');
  await server.kill();
  await expect(readStretch(nats, 'LEDGER', types, { after: 0, limit: 10 })).rejects.toThrow(
    expect.objectContaining({ code: 'NATS_AWAY' }),
  );
});

test('a reader leaves no consumer behind', async () => {
  await using server = await natsServer();
  await using nats = await openTestNats(server.url);
  for (const n of [1, 2, 3]) await publishNumber(nats, 'LEDGER', n, 'one');
  await readStretch(nats, 'LEDGER', types, { after: 0, limit: 2 });
  const consumers = await Array.fromAsync(nats.jsm.consumers.list(serverName('test', 'LEDGER')));
  expect(consumers).toEqual([]);
});
