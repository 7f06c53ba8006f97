import { expect, test } from 'vitest';
import { serverName } from '../../../runtime/host/streams.ts';
import { readStream } from '../../../runtime/verify/read-stream.ts';
import { natsServer } from '../../helpers/nats.ts';
import { openTestNats, publishNumber } from '../../helpers/streams.ts';
import { tcpProxy } from '../../helpers/tcp-proxy.ts';

test('a stream is read from a time to its end, also when the server forgets the reader in the middle', async () => {
  await using server = await natsServer();
  await using nats = await openTestNats(server.url);
  await publishNumber(nats, 'BEAM', 0);
  await new Promise(resolve => setTimeout(resolve, 5));
  const since = Date.now();
  const total = 1_200;
  await Promise.all(Array.from({ length: total }, (_, index) => publishNumber(nats, 'BEAM', index + 1)));
  const seen: number[] = [];
  for await (const message of readStream(nats, 'BEAM', since)) {
    seen.push(message.seq);
    if (seen.length !== 100) continue;
    const stream = serverName('test', 'BEAM');
    for await (const { name } of nats.jsm.consumers.list(stream))
      await nats.jsm.consumers.delete(stream, name);
  }
  expect(seen).toEqual(Array.from({ length: total }, (_, index) => index + 2));
});

test('a stream is read to its end also when the connection breaks again and again in the middle', async () => {
  await using server = await natsServer();
  await using proxy = await tcpProxy(server.port);
  await using far = await openTestNats(`nats://127.0.0.1:${proxy.port}`);
  await using near = await openTestNats(server.url);
  const total = 3_000;
  await Promise.all(Array.from({ length: total }, (_, index) => publishNumber(near, 'BEAM', index)));
  const seen: number[] = [];
  for await (const message of readStream(far, 'BEAM', 0)) {
    seen.push(message.seq);
    if (seen.length % 1_000 !== 500) continue;
    await proxy.cut();
    await proxy.mend();
  }
  expect(seen).toEqual(Array.from({ length: total }, (_, index) => index + 1));
});
