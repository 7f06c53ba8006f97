import { cp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { rotorooterFeed } from '../../../actors/rotorooter-feed/actor.ts';
import { RotorooterFeedConfig } from '../../../actors/rotorooter-feed/config.ts';
import type { Health } from '../../../protocol/messages/health.ts';
import { ledgerEntry } from '../../../protocol/messages/ledger-entry.ts';
import { spillRecord } from '../../../protocol/messages/spill-record.ts';
import type { StreamId } from '../../../runtime/actor.ts';
import { runActor } from '../../../runtime/host/host.ts';
import type { Nats } from '../../../runtime/host/nats.ts';
import { publish } from '../../../runtime/host/publish.ts';
import { ensureStreams, serverName, streamId } from '../../../runtime/host/streams.ts';
import { hostOptions } from '../../helpers/host-options.ts';
import { natsServer } from '../../helpers/nats.ts';
import { allMessages, countMessages, openTestNats } from '../../helpers/streams.ts';
import { temporaryDirectory } from '../../helpers/temporary-directory.ts';
import { until } from '../../helpers/until.ts';
import {
  daemonIn,
  daemonProcess,
  failing,
  linkTo,
  noSpace,
  range,
  recordOf,
  recordsOf,
  spillCountsIn,
} from '../rotorooter/helpers.ts';

/** A NATS server, a directory for the daemon, and a port that stays the same through the daemon's lives. */
async function line() {
  const stack = new AsyncDisposableStack();
  const server = stack.use(await natsServer());
  const nats = stack.use(await openTestNats(server.url));
  const directory = stack.use(await temporaryDirectory());
  const passing = await daemonIn(directory.path);
  await passing[Symbol.asyncDispose]();
  return {
    nats,
    url: server.url,
    directory: directory.path,
    port: passing.port,
    spill: () => streamId(nats.jsm, 'test', 'SPILL'),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** One life of the feed. `crash` takes its NATS connection away, in the middle of whatever it does. */
async function feedLife(url: string, port: number) {
  const nats = await openTestNats(url);
  const stop = new AbortController();
  let health: Health | undefined;
  const ended = runActor(
    rotorooterFeed,
    RotorooterFeedConfig.parse({ port, timeout: '1s', maxRecords: 16 }),
    hostOptions(nats, stop.signal, { heartbeatMs: 50, onHealth: latest => (health = latest) }),
  );
  const end = async () => {
    stop.abort();
    await ended;
    await nats.connection.close();
  };
  return {
    health: () => health,
    async crash() {
      await nats.connection.close();
      await end();
    },
    [Symbol.asyncDispose]: end,
  };
}

/** Publishes records whose spill counts are these; in a new stream they are its sequences too. */
async function publishRecords(nats: Nats, first: number, last: number): Promise<void> {
  for (const n of range(first, last)) {
    const outgoing = { type: spillRecord, body: spillRecord.decode(recordOf(n).bytes) };
    await publish(nats, outgoing, [['triggered', Date.now()]], { deadlineMs: 15_000 });
  }
}

/** Sequences of a stream that the ledger says are filed, as often and in the order it says so. */
async function filed(nats: Nats, stream: StreamId): Promise<number[]> {
  const entries = (await allMessages(nats, 'LEDGER')).map(({ data }) => ledgerEntry.decode(data));
  return entries.flatMap(entry => {
    if (entry.stage !== 'filed' || entry.stream !== stream) return [];
    const sequences = range(entry.first, entry.last);
    expect(entry.count).toBe(sequences.length);
    return sequences;
  });
}

const lastFiled = async (nats: Nats, stream: StreamId): Promise<number> =>
  (await filed(nats, stream)).at(-1) ?? 0;

const untilFiled = (nats: Nats, stream: StreamId, sequence: number): Promise<void> =>
  until(async () => (await lastFiled(nats, stream)) === sequence, {
    what: `sequence ${sequence} filed`,
    timeoutMs: 20_000,
  });

test('a daemon that is away at the start costs time: every record is filed once it is there, none is given up', async () => {
  await using spillway = await line();
  const { nats, directory, port } = spillway;
  await publishRecords(nats, 1, 40);
  await using feed = await feedLife(spillway.url, port);
  await until(
    () => feed.health()?.lastError?.startsWith('ROTOROOTER_AWAY') ?? feed.health()?.state === 'running',
  );
  await using _daemon = await daemonIn(directory, { port });
  const spill = await spillway.spill();
  await untilFiled(nats, spill, 40);
  expect(await spillCountsIn(directory)).toEqual(range(1, 40));
  expect(await filed(nats, spill)).toEqual(range(1, 40));
  expect(await countMessages(nats, 'DEAD')).toBe(0);
});

test('a daemon killed again and again files every record once, and the ledger names each once', async () => {
  await using spillway = await line();
  const { nats, directory, port } = spillway;
  const spill = await spillway.spill();
  await using _feed = await feedLife(spillway.url, port);
  const publishing = publishRecords(nats, 1, 500);
  for (let life = 1; life <= 4; life++) {
    const before = await lastFiled(nats, spill);
    await using daemon = await daemonProcess(directory, '-p', String(port));
    await until(async () => (await lastFiled(nats, spill)) > before, { what: `life ${life} files` });
    await daemon.kill('SIGKILL');
  }
  await publishing;
  await using _daemon = await daemonProcess(directory, '-p', String(port));
  await untilFiled(nats, spill, 500);
  expect(await spillCountsIn(directory)).toEqual(range(1, 500));
  expect(await filed(nats, spill)).toEqual(range(1, 500));
});

test('a feed that loses its connection again and again files every record once, and the ledger names each once', async () => {
  await using spillway = await line();
  const { nats, directory, port } = spillway;
  const spill = await spillway.spill();
  await using _daemon = await daemonIn(directory, { port });
  const publishing = publishRecords(nats, 1, 500);
  for (let life = 1; life <= 6; life++) {
    const before = await lastFiled(nats, spill);
    const feed = await feedLife(spillway.url, port);
    await until(async () => (await lastFiled(nats, spill)) > before, { what: `life ${life} files` });
    await feed.crash();
  }
  await publishing;
  await using _feed = await feedLife(spillway.url, port);
  await untilFiled(nats, spill, 500);
  expect(await spillCountsIn(directory)).toEqual(range(1, 500));
  expect(await filed(nats, spill)).toEqual(range(1, 500));
});

test('what a life of the feed brought to disk and died before telling is told by the next, and written once', async () => {
  await using spillway = await line();
  const { nats, directory, port } = spillway;
  const spill = await spillway.spill();
  await using _daemon = await daemonIn(directory, { port });
  await publishRecords(nats, 1, 30);
  {
    await using _feed = await feedLife(spillway.url, port);
    await untilFiled(nats, spill, 30);
  }
  {
    await using link = await linkTo(port, spill);
    await link.send(recordsOf(31, 50));
  }
  await publishRecords(nats, 31, 60);
  await using _feed = await feedLife(spillway.url, port);
  await untilFiled(nats, spill, 60);
  expect(await spillCountsIn(directory)).toEqual(range(1, 60));
  expect(await filed(nats, spill)).toEqual(range(1, 60));
});

test.each(['runs', 'is down'])(
  'files set back to an earlier state while the feed %s: it goes back and brings the rest again, each record once',
  async meanwhile => {
    await using spillway = await line();
    await using backup = await temporaryDirectory();
    const { nats, directory, port } = spillway;
    const spill = await spillway.spill();
    let daemon = await daemonIn(directory, { port });
    let feed = await feedLife(spillway.url, port);
    await publishRecords(nats, 1, 50);
    await untilFiled(nats, spill, 50);
    for (const name of await readdir(directory))
      if (!name.startsWith('rotorooter.')) await cp(join(directory, name), join(backup.path, name));
    await publishRecords(nats, 51, 100);
    await untilFiled(nats, spill, 100);
    if (meanwhile === 'is down') await feed[Symbol.asyncDispose]();

    await daemon[Symbol.asyncDispose]();
    await rm(directory, { recursive: true });
    await cp(backup.path, directory, { recursive: true });
    daemon = await daemonIn(directory, { port });
    expect(await spillCountsIn(directory)).toEqual(range(1, 50));

    if (meanwhile === 'is down') feed = await feedLife(spillway.url, port);
    await publishRecords(nats, 101, 120);
    await untilFiled(nats, spill, 120);
    expect(await spillCountsIn(directory)).toEqual(range(1, 120));
    expect(new Set(await filed(nats, spill))).toEqual(new Set(range(1, 120)));
    await feed[Symbol.asyncDispose]();
    await daemon[Symbol.asyncDispose]();
  },
);

test('a stream deleted and made anew starts a new space: its records are filed behind those of the old one', async () => {
  await using spillway = await line();
  const { nats, directory, port } = spillway;
  await using _daemon = await daemonIn(directory, { port });
  await using _feed = await feedLife(spillway.url, port);
  const old = await spillway.spill();
  await publishRecords(nats, 1, 60);
  await untilFiled(nats, old, 60);
  await nats.jsm.streams.delete(serverName('test', 'SPILL'));
  await ensureStreams(nats.jsm, 'test', 1);
  await publishRecords(nats, 61, 100);
  const anew = await spillway.spill();
  expect(anew).not.toBe(old);
  await untilFiled(nats, anew, 40);
  expect(await spillCountsIn(directory)).toEqual(range(1, 100));
  expect(await filed(nats, old)).toEqual(range(1, 60));
  expect(await filed(nats, anew)).toEqual(range(1, 40));
});

test('a full disk stops the ledger as well, and with room again every record is filed once', async () => {
  await using spillway = await line();
  const { nats, directory, port } = spillway;
  const spill = await spillway.spill();
  let full = false;
  const open = failing(method => {
    if (full && method !== 'open') throw noSpace();
  });
  await using daemon = await daemonIn(directory, { port, open });
  await using feed = await feedLife(spillway.url, port);
  await publishRecords(nats, 1, 30);
  await untilFiled(nats, spill, 30);
  full = true;
  await publishRecords(nats, 31, 80);
  await until(() => daemon.health()['stalled'] === 1, { what: 'the disk to refuse' });
  // Long enough that the feed takes the silence for a lost daemon, connects again and sends again.
  await until(() => (feed.health()?.lanes[0]?.retries ?? 0) >= 1, { what: 'another try' });
  expect(await filed(nats, spill)).toEqual(range(1, 30));
  expect(await spillCountsIn(directory)).toEqual(range(1, 30));
  full = false;
  await untilFiled(nats, spill, 80);
  expect(await spillCountsIn(directory)).toEqual(range(1, 80));
  expect(await filed(nats, spill)).toEqual(range(1, 80));
  expect(await countMessages(nats, 'DEAD')).toBe(0);
});
