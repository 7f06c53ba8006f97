/**
 * Bodies through the event store: our code against the client library of Object Store, and S3.
 *
 *     node bench/event-store.ts [bytes, default 10616868] [bodies, default 8]
 *
 * Prints milliseconds of a put and a get, the median, and the processor time of this process, each.
 */
import { randomBytes } from 'node:crypto';
import { Objm } from '@nats-io/obj';
import { connect } from '@nats-io/transport-node';
import { jetStreamEventStore } from '../runtime/event-store/jetstream/store.ts';
import { s3EventStore } from '../runtime/event-store/s3/store.ts';
import { natsServer } from '../test/helpers/nats.ts';
import { s3Server } from '../test/helpers/s3-server.ts';

const [bytes = 10_616_868, bodies = 8] = process.argv.slice(2).map(Number);
const WARM_UP = 5;
const body = randomBytes(bytes);
const into = new Uint8Array(new SharedArrayBuffer(bytes));

async function timed(what: string, once: (n: number) => Promise<unknown>): Promise<void> {
  // The first ones are slower, until the code is compiled.
  for (let n = 0; n < WARM_UP; n++) await once(bodies + n);
  const times: number[] = [];
  const before = process.cpuUsage();
  for (let n = 0; n < bodies; n++) {
    const begin = performance.now();
    await once(n);
    times.push(performance.now() - begin);
  }
  const { user, system } = process.cpuUsage(before);
  const median = times.toSorted((one, other) => one - other)[bodies >> 1] ?? Number.NaN;
  const own = (user + system) / 1000 / bodies;
  console.log(
    `${what.padEnd(24)} ${median.toFixed(1).padStart(8)} ms ${own.toFixed(1).padStart(8)} ms of ours`,
  );
}

await using server = await natsServer({ syncInterval: 'always' });
const connection = await connect({ servers: server.url, noAsyncTraces: true });
const maxBytes = 8 * 1024 ** 3;
const store = jetStreamEventStore(connection, { name: 'ours', maxBytes, replicas: 1 });
await timed('ours put', n => store.put(`body/${n}`, body));
const stored = await store.put('body/0', body);
await timed('ours get', () => store.get(stored, into));
await timed('ours remove', n => store.remove([`body/${n}`]));
for (const kib of [128, 1024, 4096]) {
  const objects = await new Objm(connection).create(`library_${kib}`, { max_bytes: maxBytes / 4 });
  const options = { max_chunk_size: kib * 1024 };
  await timed(`library put, ${kib} KiB`, n => objects.putBlob({ name: `body/${n}`, options }, body));
  await timed(`library get, ${kib} KiB`, n => objects.getBlob(`body/${n}`));
  await objects.destroy();
}
await connection.close();

// The service runs in this process: its processor time is counted too.
await using service = await s3Server();
await using s3 = s3EventStore(service.config, 'bench');
await timed('S3 put', n => s3.put(`body/${n}`, body));
await timed('S3 get', () => s3.get(stored, into));
