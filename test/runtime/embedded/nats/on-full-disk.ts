/**
 * Main of a process with a mount namespace of its own: fills the disk under a server, makes room again, and prints what became of a
 * message as one line of JSON each time.
 */
import { execFile } from 'node:child_process';
import { statfs } from 'node:fs/promises';
import { promisify } from 'node:util';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { pino } from 'pino';
import { startNatsServer } from '../../../../runtime/embedded/nats/server.ts';

const run = promisify(execFile);
const directory = process.argv[2] ?? '/mnt';
const resize = (size: string) => run('mount', ['-o', `remount,size=${size}`, directory]);

await run('mount', ['-t', 'tmpfs', '-o', 'size=64m', 'test', directory]);
const start = () =>
  startNatsServer({
    storeDirectory: directory,
    syncInterval: 'always',
    log: pino({ level: 'silent' }),
    signal: new AbortController().signal,
  });

async function publish(url: string, bytes: number): Promise<unknown> {
  const connection = await connect({ servers: url, reconnect: false });
  const jsm = await jetstreamManager(connection);
  await jsm.streams.add({ name: 'KEEP', subjects: ['keep'] });
  const told = await jetstream(connection)
    .publish('keep', new Uint8Array(bytes), { timeout: 1_000 })
    .then(
      ({ seq }) => seq,
      () => 'not stored',
    );
  await connection.close();
  return told;
}

const outcomes: unknown[] = [];
const server = await start();
outcomes.push(await publish(server.url, 10));
const { blocks, bfree, bsize } = await statfs(directory);
await resize(String((blocks - bfree) * bsize));
outcomes.push(await publish(server.url, 20_000));
await resize('64m');
await server.exited;
await using again = await start();
outcomes.push(await publish(again.url, 10));
process.stdout.write(`${JSON.stringify(outcomes)}\n`);
