import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { connect } from '@nats-io/transport-node';
import { expect, test } from 'vitest';
import { subjects } from '../../../protocol/subjects.ts';
import { type NatsOptions, openNats } from '../../../runtime/host/nats.ts';
import { publish } from '../../../runtime/host/publish.ts';
import { createLogger } from '../../../runtime/log.ts';
import { natsServer } from '../../helpers/nats.ts';
import { numberIn, silent } from '../../helpers/streams.ts';
import { until } from '../../helpers/until.ts';
import { EXPERIMENT, guarded } from './guarded.ts';

const soon = () => AbortSignal.timeout(1_000);

test('a process without a key, or with that of nobody, is refused at once and told so', async () => {
  await using broker = await guarded();
  const options: NatsOptions = {
    servers: [broker.server.url],
    experiment: EXPERIMENT,
    name: 'x',
    replicas: 1,
  };
  await expect(openNats(options, silent, soon())).rejects.toMatchObject({
    code: 'NATS_AWAY',
    message: expect.stringContaining('refuses'),
  });
  const nkeySeed = 'SUACSSL3UAHUDXKFSNVUZRF5UHPMWZ6BFDTJ7M6USDXIEDNPPQYYYCU3VY';
  await expect(openNats({ ...options, nkeySeed }, silent, soon())).rejects.toMatchObject({
    code: 'NATS_AWAY',
  });
  await rm(join(broker.nkeys, 'recorder.nk'));
  await expect(broker.open('recorder')).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringContaining('`spillway auth init` makes one'),
  });
});

test('an actor waits for the streams that only an operator makes, and goes on by itself', async () => {
  await using broker = await guarded();
  await expect(broker.open('recorder', soon())).rejects.toMatchObject({
    code: 'STREAMS_MISSING',
    message: expect.stringContaining('`spillway streams` makes them'),
  });
  const waiting = broker.open('recorder');
  await using _operator = await broker.open();
  await using recorder = await waiting;
  expect(recorder.makesStreams).toBe(false);
});

test('what NATS does not allow is an error with a code at once, and in the log with user and subject', async () => {
  await using broker = await guarded();
  await using _operator = await broker.open();
  const lines: string[] = [];
  const log = createLogger(
    'info',
    new Writable({ write: (chunk, _encoding, done) => (lines.push(String(chunk)), done()) }),
  );
  const options = { servers: [broker.server.url], experiment: EXPERIMENT, name: 'x', replicas: 1 };
  await using gateway = await openNats(
    { ...options, nkeys: broker.nkeys, as: 'gateway' },
    log,
    AbortSignal.timeout(20_000),
  );
  const message = { type: numberIn('SPILL'), body: { n: 1 } };
  const before = performance.now();
  await expect(publish(gateway, message, [], { deadlineMs: 10_000 })).rejects.toMatchObject({
    code: 'NATS_FORBIDDEN',
    message: expect.stringContaining(`${EXPERIMENT}.spill.number`),
  });
  expect(performance.now() - before).toBeLessThan(5_000);
  await expect(gateway.state.put('recorder.lease', 'mine')).rejects.toThrow(/permissions violation/i);
  // Nobody waits for this one.
  gateway.connection.publish(subjects.timer(EXPERIMENT, 'alarm-engine'), 'now');
  await until(() => lines.length >= 3, { what: 'three lines' });
  const told = lines.map(line => JSON.parse(line) as Record<string, unknown>);
  expect(told.map(({ code, user, subject }) => [code, user, subject])).toEqual([
    ['NATS_FORBIDDEN', 'gateway', `${EXPERIMENT}.spill.number`],
    ['NATS_FORBIDDEN', 'gateway', `$KV.${EXPERIMENT}_state.recorder.lease`],
    ['NATS_FORBIDDEN', 'gateway', subjects.timer(EXPERIMENT, 'alarm-engine')],
  ]);
});

test('where NATS lets everybody in, an actor makes the streams as before', async () => {
  await using server = await natsServer();
  const options = { servers: [server.url], experiment: EXPERIMENT, name: 'x', replicas: 1, as: 'recorder' };
  await using nats = await openNats(options, silent, AbortSignal.timeout(20_000));
  expect(nats.makesStreams).toBe(true);
  await using bare = await closing(server.url);
  expect((await bare.request('$JS.API.STREAM.NAMES')).string()).toContain('TEST_BEAM');
});

async function closing(url: string) {
  const connection = await connect({ servers: url });
  return Object.assign(connection, { [Symbol.asyncDispose]: () => connection.close() });
}
