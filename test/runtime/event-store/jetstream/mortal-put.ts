/** Puts bodies of 12 MiB one after the other, `body/<n>` filled with the byte n, until it is killed; says when each is safe. */
import { connect } from '@nats-io/transport-node';
import { jetStreamEventStore } from '../../../../runtime/event-store/jetstream/store.ts';

const [url = '', from = '0'] = process.argv.slice(2);
const connection = await connect({ servers: url });
const store = jetStreamEventStore(connection, { name: 'test_events', maxBytes: 1024 ** 3, replicas: 1 });
for (let n = Number(from); ; n++) {
  await store.put(`body/${n}`, new Uint8Array(12 * 1024 * 1024).fill(n));
  process.stdout.write(`${n}\n`);
}
