import { expect, test } from 'vitest';
import { OrderedReader } from '../../../runtime/host/ordered-reader.ts';
import { natsServer } from '../../helpers/nats.ts';
import { openTestNats } from '../../helpers/streams.ts';
import { until } from '../../helpers/until.ts';

test('a batch holds no more bytes than it may, and a message that has more comes alone', async () => {
  await using server = await natsServer();
  await using nats = await openTestNats(server.url);
  const sizes = [10, 10, 10, 50, 20, 1, 4, 1];
  for (const size of sizes) await nats.js.publish('test.ledger.entry.filed', new Uint8Array(size));
  await using reader = await OrderedReader.open(nats, {
    stream: 'LEDGER',
    from: { durable: 'here', after: 0 },
  });
  await until(() => reader.waiting.length === sizes.length);
  const { signal } = new AbortController();
  const batches: number[][] = [];
  while (reader.waiting.length > 0) {
    // Enough is there: nobody waits an hour for more.
    const patience = () => (reader.waiting.length > 3 ? 3_600_000 : 0);
    const taken = await reader.take({ messages: 3, bytes: 25 }, patience, signal);
    batches.push(taken.map(({ data }) => data.byteLength));
  }
  expect(batches).toEqual([[10, 10], [10], [50], [20, 1, 4], [1]]);
});
