import { expect, test } from 'vitest';
import { z } from 'zod';
import { spillPacker } from '../../../actors/spill-packer/actor.ts';
import { SpillPackerConfig } from '../../../actors/spill-packer/config.ts';
import { SpillwayError } from '../../../protocol/errors.ts';
import { readDeadLetter } from '../../../protocol/messages/dead-letter.ts';
import type { Health } from '../../../protocol/messages/health.ts';
import { type Readings, readings } from '../../../protocol/messages/readings.ts';
import { spillRecord } from '../../../protocol/messages/spill-record.ts';
import { subjects } from '../../../protocol/subjects.ts';
import { type ActorDefinition, type Batch, batch } from '../../../runtime/actor.ts';
import { runActor } from '../../../runtime/host/host.ts';
import type { Nats } from '../../../runtime/host/nats.ts';
import { hostOptions } from '../../helpers/host-options.ts';
import { natsServer } from '../../helpers/nats.ts';
import {
  allMessages,
  countMessages,
  openTestNats,
  publishReadings,
  readingsOf,
} from '../../helpers/streams.ts';
import { until } from '../../helpers/until.ts';

const packerConfig = SpillPackerConfig.parse({});

/** One life of the packer: runs until told to stop; `crash` takes its connection away first. */
async function packerLife(url: string, instance: string) {
  const nats = await openTestNats(url);
  const stop = new AbortController();
  let last: Health | undefined;
  const onHealth = (beat: Health) => (last = beat);
  const ended = runActor(spillPacker, packerConfig, hostOptions(nats, stop.signal, { instance, onHealth }));
  return {
    beat: () => last,
    async crash() {
      await nats.connection.close();
      stop.abort();
      await ended;
    },
    async stop() {
      stop.abort();
      await ended;
      await nats.connection.close();
    },
  };
}

const spillCounts = async (nats: Nats) =>
  (await allMessages(nats, 'SPILL')).map(message => spillRecord.decode(message.data).spillCount);

test('a packer that loses its connection again and again packs every spill once, in order', async () => {
  await using server = await natsServer();
  await using nats = await openTestNats(server.url);
  const total = 600;
  const publishing = (async () => {
    for (let n = 1; n <= total; n++) await publishReadings(nats, readingsOf(n));
  })();
  for (let life = 1; life <= 8; life++) {
    const packer = await packerLife(server.url, 'same-process');
    const before = await countMessages(nats, 'SPILL');
    await until(async () => (await countMessages(nats, 'SPILL')) > before, { what: `life ${life} packs` });
    await packer.crash();
  }
  await publishing;
  const packer = await packerLife(server.url, 'same-process');
  await until(async () => (await countMessages(nats, 'SPILL')) >= total, { what: 'all spills packed' });
  await packer.stop();
  expect(await spillCounts(nats)).toEqual(Array.from({ length: total }, (_, index) => index + 1));
});

test('a spill count goes on after a restart, and a callback told again before and after it is one spill', async () => {
  await using server = await natsServer();
  await using nats = await openTestNats(server.url);
  const first = await packerLife(server.url, 'first');
  await publishReadings(nats, readingsOf(1));
  await until(async () => (await countMessages(nats, 'SPILL')) === 1, { what: 'first spill' });
  await first.stop();
  const second = await packerLife(server.url, 'second');
  expect((await publishReadings(nats, readingsOf(1))).duplicate).toBe(true);
  await publishReadings(nats, readingsOf(2));
  await publishReadings(nats, readingsOf(3, { inOut: 'out', trigger: 'AD' }));
  await until(async () => (await countMessages(nats, 'SPILL')) === 3, { what: 'second spill and pedestals' });
  await second.stop();
  expect(await spillCounts(nats)).toEqual([1, 2, 2]);
});

test('nothing is lost or doubled when the NATS server is killed and started again in the middle', async () => {
  await using server = await natsServer();
  await using nats = await openTestNats(server.url);
  const packer = await packerLife(server.url, 'only');
  for (let n = 1; n <= 100; n++) await publishReadings(nats, readingsOf(n));
  await server.kill();
  const more = (async () => {
    for (let n = 101; n <= 200; n++) await publishReadings(nats, readingsOf(n));
  })();
  await server.restart();
  await more;
  await until(async () => (await countMessages(nats, 'SPILL')) === 200, {
    what: '200 spills',
    timeoutMs: 20_000,
  });
  await packer.stop();
  expect(await spillCounts(nats)).toEqual(Array.from({ length: 200 }, (_, index) => index + 1));
});

/** An actor that hands every batch of readings to `deliver`. */
const sink = (
  deliver: (batch: Batch<Readings>) => Promise<void>,
  maxMessages = 16,
): ActorDefinition<unknown> => ({
  name: 'sink',
  summary: 'a sink',
  consumes: ['BEAM'],
  produces: [],
  config: z.unknown(),
  start: async () => ({
    lanes: [batch<Readings>({ stream: 'BEAM', types: [readings], maxMessages, maxWaitMs: 5, deliver })],
    [Symbol.asyncDispose]: async () => {},
  }),
});

test('a batch that may have had its effect before a crash comes again with the same token and content', async () => {
  await using server = await natsServer();
  await using nats = await openTestNats(server.url);
  for (let n = 1; n <= 200; n++) await publishReadings(nats, readingsOf(n));
  const effects = new Map<string, number[]>();
  for (; effects.size === 0 || [...effects.values()].flat().length < 200; ) {
    const own = await openTestNats(server.url);
    const stop = new AbortController();
    let delivered = 0;
    const ended = runActor(
      sink(async ({ token, messages }) => {
        const values = messages.map(({ body }) => body.devices[0]?.values[0] ?? Number.NaN);
        expect(effects.get(token) ?? values).toEqual(values);
        effects.set(token, values);
        // Dies after the effect and before the acknowledgement.
        if (++delivered === 3) {
          await own.connection.close();
          stop.abort();
        }
      }),
      undefined,
      hostOptions(own, stop.signal),
    );
    await until(() => stop.signal.aborted || [...effects.values()].flat().length >= 200);
    stop.abort();
    await ended;
    await own.connection.close();
  }
  expect([...effects.values()].flat()).toEqual(Array.from({ length: 200 }, (_, index) => index + 1));
});

test('a body that is not what it says goes to DEAD with its reason, byte for byte, and the rest goes on', async () => {
  await using server = await natsServer();
  await using nats = await openTestNats(server.url);
  await publishReadings(nats, readingsOf(1));
  await nats.js.publish(subjects.readings('test', 'A9'), '{"source":', {
    headers: undefined as never,
    msgID: 'broken',
  });
  await publishReadings(nats, readingsOf(2));
  const seen: number[] = [];
  const stop = new AbortController();
  const ended = runActor(
    sink(async ({ messages }) => {
      seen.push(...messages.map(({ sequence }) => sequence));
    }),
    undefined,
    hostOptions(nats, stop.signal),
  );
  await until(() => seen.length === 2, { what: 'both good messages' });
  await until(async () => (await countMessages(nats, 'DEAD')) === 1, { what: 'the dead letter' });
  stop.abort();
  await ended;
  expect(seen).toEqual([1, 3]);
  const [dead] = await allMessages(nats, 'DEAD');
  expect(dead?.string()).toBe('{"source":');
  expect(readDeadLetter(dead!.header)).toMatchObject({
    actor: 'sink',
    code: 'MESSAGE_MALFORMED',
    sequence: 2,
  });
});

test('one message the other side refuses for good is dead-lettered alone; an outage never dead-letters anything', async () => {
  await using server = await natsServer();
  await using nats = await openTestNats(server.url);
  for (let n = 1; n <= 10; n++) await publishReadings(nats, readingsOf(n));
  const had = new Set<number>();
  let outages = 3;
  const stop = new AbortController();
  const ended = runActor(
    sink(async ({ messages }) => {
      if (outages-- > 0) throw new SpillwayError('STORE_AWAY', 'not there');
      if (messages.some(({ sequence }) => sequence === 7))
        throw new SpillwayError('STORE_REFUSED', 'not this one');
      for (const { sequence } of messages) had.add(sequence);
    }),
    undefined,
    hostOptions(nats, stop.signal),
  );
  await until(() => had.size === 9, { what: 'the other nine' });
  await until(async () => (await countMessages(nats, 'DEAD')) === 1, { what: 'the dead letter' });
  stop.abort();
  await ended;
  expect(had.has(7)).toBe(false);
  const [dead] = await allMessages(nats, 'DEAD');
  expect(readDeadLetter(dead!.header)).toMatchObject({ code: 'STORE_REFUSED', sequence: 7, attempts: 3 });
});

test('a second instance stands by and takes over when the first one goes', async () => {
  await using server = await natsServer();
  await using nats = await openTestNats(server.url);
  const first = await packerLife(server.url, 'first');
  await publishReadings(nats, readingsOf(1));
  await until(async () => (await countMessages(nats, 'SPILL')) === 1, { what: 'the first packs' });
  const second = await packerLife(server.url, 'second');
  await until(() => second.beat()?.figures?.['standingBy'] === 1, {
    what: 'the second says that it stands by',
  });
  await publishReadings(nats, readingsOf(2));
  await until(async () => (await countMessages(nats, 'SPILL')) === 2, { what: 'still one record per spill' });
  await first.stop();
  await publishReadings(nats, readingsOf(3));
  await until(async () => (await countMessages(nats, 'SPILL')) === 3, { what: 'the second has taken over' });
  await until(() => second.beat()?.state === 'running', { what: 'the second says that it runs' });
  expect(second.beat()?.figures).not.toHaveProperty('standingBy');
  await second.stop();
  expect(await spillCounts(nats)).toEqual([1, 2, 3]);
});
