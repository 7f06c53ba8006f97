import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { eventIntake } from '../../../actors/event-intake/actor.ts';
import { EventIntakeConfig } from '../../../actors/event-intake/config.ts';
import { campaign, DEFAULTS } from '../../../fixtures/midas/campaign.ts';
import { makeRun } from '../../../fixtures/midas/run.ts';
import type { MessageType } from '../../../protocol/message.ts';
import { HEADERS } from '../../../protocol/message.ts';
import { eventGap } from '../../../protocol/messages/event-gap.ts';
import { type RawEvent, rawEvent } from '../../../protocol/messages/raw-event.ts';
import { type RunEnd, runEnd } from '../../../protocol/messages/run-transition.ts';
import { type EventStore } from '../../../runtime/event-store/event-store.ts';
import { jetStreamEventStore } from '../../../runtime/event-store/jetstream/store.ts';
import { runActor } from '../../../runtime/host/host.ts';
import type { Nats } from '../../../runtime/host/nats.ts';
import { hostOptions } from '../../helpers/host-options.ts';
import { natsServer } from '../../helpers/nats.ts';
import { allMessages, openTestNats } from '../../helpers/streams.ts';
import { temporaryDirectory } from '../../helpers/temporary-directory.ts';
import { until } from '../../helpers/until.ts';

const MORTAL = join(import.meta.dirname, 'mortal-intake.ts');
const EVENTS = 60;

/** The events of a data run of the simulated detector, with small pictures. */
function simulatedRun(): Uint8Array[] {
  const [plan] = campaign({ ...DEFAULTS, width: 64, height: 64, pmts: false, pedestals: 0, events: EVENTS });
  return plan ? [...makeRun(plan)].map(({ bytes }) => bytes) : [];
}

/** An intake in a process of its own. */
function mortal(
  url: string,
  directory: string,
): AsyncDisposable & { end(signal: NodeJS.Signals): Promise<void> } {
  const section = {
    site: 'lngs',
    detector: 'lime',
    source: { directory },
    poll: '20ms',
    backOff: { max: '200ms' },
  };
  const child: ChildProcess = spawn(process.execPath, [MORTAL, url, JSON.stringify(section)], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const exited = once(child, 'exit');
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    child.kill(signal);
    await exited;
  };
  return { end, [Symbol.asyncDispose]: () => end('SIGKILL') };
}

const bodies = async <Body>(nats: Nats, type: MessageType<Body>): Promise<Body[]> =>
  (await allMessages(nats, type.stream))
    .filter(({ header }) => header.get(HEADERS.type) === type.type)
    .map(({ data }) => type.decode(data));

const ended = async (nats: Nats): Promise<RunEnd | undefined> => (await bodies(nats, runEnd))[0];

/** Everything of the run is in the streams and in the store, once and as it was in the file. */
async function isWhole(nats: Nats, file: readonly Uint8Array[]): Promise<void> {
  const events: RawEvent[] = await bodies(nats, rawEvent);
  expect(events.map(({ equipment, serial, copy }) => `${equipment} ${serial} ${copy}`)).toEqual(
    Array.from({ length: EVENTS }, (_, serial) => `Trigger ${serial} 0`),
  );
  expect(await bodies(nats, eventGap)).toEqual([]);
  const store: EventStore = storeOf(nats);
  const whole = Buffer.concat(file);
  for (const { body, source } of events)
    expect(
      Buffer.from(await store.get(body)).equals(whole.subarray(source.offset, source.offset + body.bytes)),
    ).toBe(true);
  expect(await ended(nats)).toMatchObject({ ending: 'end-of-run', rawEvents: EVENTS, bytes: whole.length });
}

const storeOf = (nats: Nats): EventStore =>
  jetStreamEventStore(nats.connection, { name: 'events', maxBytes: 1024 ** 3, replicas: 1 });

test('an intake that is killed again and again leaves a run whole: each event once, in order, byte for byte', async () => {
  await using server = await natsServer();
  await using nats = await openTestNats(server.url);
  await using directory = await temporaryDirectory();
  const file = simulatedRun();
  const path = join(directory.path, 'run42901.mid');
  await writeFile(path, '');
  const LIVES = 4;
  const part = Math.ceil(file.length / LIVES);
  for (let life = 0; life < LIVES; life++) {
    await using intake = mortal(server.url, directory.path);
    const before = (await bodies(nats, rawEvent)).length;
    for (const bytes of file.slice(life * part, (life + 1) * part)) {
      // Torn in the middle, as a logger's buffer leaves it.
      await appendFile(path, bytes.subarray(0, bytes.length >> 1));
      await appendFile(path, bytes.subarray(bytes.length >> 1));
    }
    await until(async () => (await bodies(nats, rawEvent)).length > before + 2, {
      what: `life ${life} keeps something`,
      timeoutMs: 30_000,
    });
    await intake.end('SIGKILL');
  }
  await using _last = mortal(server.url, directory.path);
  await until(async () => (await ended(nats)) !== undefined, {
    what: 'the end of the run',
    timeoutMs: 30_000,
  });
  await isWhole(nats, file);
  expect((await readFile(path)).length).toBe(Buffer.concat(file).length);
}, 120_000);

test('NATS killed in mid-run costs time and no event: the file waits', async () => {
  await using server = await natsServer();
  await using directory = await temporaryDirectory();
  const file = simulatedRun();
  const path = join(directory.path, 'run42901.mid');
  await writeFile(path, Buffer.concat(file.slice(0, 20)));
  await using _intake = mortal(server.url, directory.path);
  {
    await using nats = await openTestNats(server.url);
    await until(async () => (await bodies(nats, rawEvent)).length > 5, {
      what: 'some events',
      timeoutMs: 30_000,
    });
  }
  await server.kill('SIGKILL');
  await appendFile(path, Buffer.concat(file.slice(20)));
  await server.restart();
  await using nats = await openTestNats(server.url);
  await until(async () => (await ended(nats)) !== undefined, {
    what: 'the end of the run',
    timeoutMs: 60_000,
  });
  await isWhole(nats, file);
  expect(await ended(nats)).toMatchObject({ ending: 'end-of-run' });
}, 120_000);

test('a bucket that is full holds the run up until there is room, with references only of what is safe', async () => {
  await using server = await natsServer();
  await using nats = await openTestNats(server.url);
  await using directory = await temporaryDirectory();
  const file = simulatedRun();
  await writeFile(join(directory.path, 'run42901.mid'), Buffer.concat(file));
  const small = { name: 'small', maxBytes: 192 * 1024, replicas: 1 };
  const eventStore = jetStreamEventStore(nats.connection, small);
  const config = EventIntakeConfig.parse({
    site: 'lngs',
    detector: 'lime',
    source: { directory: directory.path },
    backOff: { first: '20ms', max: '100ms' },
  });
  let waiting = 0;
  const stop = new AbortController();
  const running = runActor(
    eventIntake,
    config,
    hostOptions(nats, stop.signal, {
      eventStore,
      onHealth: ({ figures }) => (waiting = figures?.['waiting'] ?? 0),
    }),
  );
  await until(() => waiting === 1, { what: 'word that it waits', timeoutMs: 30_000 });
  const first = await bodies(nats, rawEvent);
  expect(first.length).toBeLessThan(EVENTS);
  for (const { body } of first) await eventStore.get(body);
  await until(
    async () => {
      await eventStore.remove((await bodies(nats, rawEvent)).map(({ body }) => body.name));
      return (await ended(nats)) !== undefined;
    },
    { what: 'the end of the run', timeoutMs: 60_000 },
  );
  stop.abort();
  await running;
  expect((await bodies(nats, rawEvent)).map(({ serial }) => serial)).toEqual(
    Array.from({ length: EVENTS }, (_, serial) => serial),
  );
}, 120_000);
