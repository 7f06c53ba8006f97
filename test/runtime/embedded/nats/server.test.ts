import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { expect, test } from 'vitest';
import { natsServer } from '../../../helpers/nats.ts';

test('what JetStream confirmed is there after the server was killed', async () => {
  await using nats = await natsServer();
  const before = await connect({ servers: nats.url, reconnect: false });
  await (await jetstreamManager(before)).streams.add({ name: 'KEEP', subjects: ['keep.>'] });
  await jetstream(before).publish('keep.one', 'first');
  await nats.kill('SIGKILL');
  await before.closed();

  await nats.restart();
  const after = await connect({ servers: nats.url });
  const stream = await (await jetstreamManager(after)).streams.info('KEEP');
  await after.close();
  expect(stream.state.messages).toBe(1);
});
