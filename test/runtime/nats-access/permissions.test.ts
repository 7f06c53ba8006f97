import type { NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { actors } from '../../../actors/index.ts';
import { STREAMS, type StreamName, subjects } from '../../../protocol/subjects.ts';
import type { Nats } from '../../../runtime/host/nats.ts';
import { serverName } from '../../../runtime/host/streams.ts';
import { countMessages } from '../../helpers/streams.ts';
import { asked, EXPERIMENT, type Guarded, guarded } from './guarded.ts';

const names = Object.keys(STREAMS) as StreamName[];
const produces = (actor: string, stream: StreamName) =>
  (STREAMS[stream].producers as readonly string[]).includes(actor);
const reads = (actor: string, stream: StreamName) =>
  produces(actor, stream) || (STREAMS[stream].consumers as readonly string[]).includes(actor);
const inSpace = (stream: StreamName) => subjects.ofStream(EXPERIMENT, stream).replace('>', 'probe.x');

let broker: Guarded;
let operator: Nats;
const users = new Map<string, NatsConnection>();

beforeAll(async () => {
  broker = await guarded();
  operator = await broker.open();
  await Promise.all(actors.map(async ({ name }) => users.set(name, await broker.connect(name))));
});

afterAll(async () => {
  await operator[Symbol.asyncDispose]();
  await broker[Symbol.asyncDispose]();
});

const as = (actor: string): NatsConnection => {
  const connection = users.get(actor);
  if (!connection) throw new Error(`${actor} is not connected`);
  return connection;
};

test('the table of streams and what actors declare are one', () => {
  for (const { name, consumes, produces: declared } of actors)
    for (const stream of names) {
      const consumers: readonly string[] = STREAMS[stream].consumers;
      expect([name, stream, consumes.includes(stream)]).toEqual([name, stream, consumers.includes(name)]);
      expect([name, stream, declared.includes(stream)]).toEqual([name, stream, produces(name, stream)]);
    }
});

test.each(actors.map(({ name }) => name))(
  '%s stores in the streams that the table gives it, and in no other',
  async actor => {
    for (const stream of names) {
      const before = await countMessages(operator, stream);
      const answer = await asked(as(actor), inSpace(stream), 'probe');
      const stored = (await countMessages(operator, stream)) > before;
      expect([stream, answer !== 'forbidden', stored]).toEqual([
        stream,
        produces(actor, stream),
        produces(actor, stream),
      ]);
    }
  },
);

test.each(actors.map(({ name }) => name))(
  '%s reads what it consumes or produces, and nothing else',
  async actor => {
    for (const stream of names) {
      const name = serverName(EXPERIMENT, stream);
      const questions = [
        [`$JS.API.STREAM.INFO.${name}`, ''],
        [`$JS.API.STREAM.MSG.GET.${name}`, { seq: 1 }],
        [
          `$JS.API.CONSUMER.CREATE.${name}.mine`,
          { stream_name: name, config: { name: 'mine', mem_storage: true } },
        ],
      ] as const;
      for (const [subject, question] of questions) {
        const answer = await asked(as(actor), subject, question);
        expect([subject, answer !== 'forbidden']).toEqual([subject, reads(actor, stream)]);
      }
    }
  },
);

test('each tells its own health, dead letters, gaps and wakes, and nobody else’s', async () => {
  const own = (actor: string) => [
    subjects.health(EXPERIMENT, actor, 'host-1'),
    subjects.dead(EXPERIMENT, actor),
    subjects.ledgerGap(EXPERIMENT, actor),
  ];
  for (const { name, consumes } of actors) {
    for (const subject of own(name)) expect(await asked(as(name), subject, 'x')).not.toBe('forbidden');
    const timer = await asked(as(name), subjects.timer(EXPERIMENT, name), 'x');
    expect(timer !== 'forbidden').toBe(consumes.includes('TIMER'));
    const other = name === 'recorder' ? 'gateway' : 'recorder';
    // Gaps of others stand in LEDGER, which some produce as a whole.
    const strange = own(other).filter(subject => !subject.includes('.ledger.') || !produces(name, 'LEDGER'));
    for (const subject of [...strange, subjects.timer(EXPERIMENT, 'alarm-dispatcher')].filter(
      s => !s.endsWith(name),
    ))
      expect([name, subject, await asked(as(name), subject, 'x')]).toEqual([name, subject, 'forbidden']);
  }
});

test('nobody but the operator makes, changes, purges or deletes a stream, or deletes a message of one', async () => {
  const name = serverName(EXPERIMENT, 'BEAM');
  const state = `KV_${EXPERIMENT}_state`;
  const questions = [
    [`$JS.API.STREAM.CREATE.MINE`, { name: 'MINE', subjects: ['mine'] }],
    [`$JS.API.STREAM.UPDATE.${name}`, { name, max_msgs: 1 }],
    [`$JS.API.STREAM.PURGE.${name}`, ''],
    [`$JS.API.STREAM.DELETE.${name}`, ''],
    [`$JS.API.STREAM.MSG.DELETE.${name}`, { seq: 1 }],
    [`$JS.API.STREAM.PURGE.${state}`, ''],
    [`$JS.API.STREAM.DELETE.${state}`, ''],
    [`$JS.API.STREAM.SNAPSHOT.${name}`, { deliver_subject: 'x' }],
    [`$JS.API.META.LEADER.STEPDOWN`, ''],
    [`$JS.API.CONSUMER.DURABLE.CREATE.${name}.x`, { stream_name: name, config: { durable_name: 'x' } }],
  ] as const;
  for (const { name: actor } of actors)
    for (const [subject, question] of questions)
      expect([actor, subject, await asked(as(actor), subject, question)]).toEqual([
        actor,
        subject,
        'forbidden',
      ]);
});

test('each writes its own state only, and a roll-up cannot take that of others with it', async () => {
  for (const { name } of actors) await operator.state.put(`${name}.probe`, 'kept');
  const subject = (actor: string) => `$KV.${EXPERIMENT}_state.${actor}.probe`;
  for (const { name } of actors) {
    const other = name === 'recorder' ? 'gateway' : 'recorder';
    expect(await asked(as(name), subject(other), 'mine')).toBe('forbidden');
    expect(await asked(as(name), subject(name), 'mine')).not.toBe('forbidden');
  }
  const header = (await import('@nats-io/transport-node')).headers();
  header.set('Nats-Rollup', 'all');
  const answer = await as('recorder').request(subject('recorder'), 'x', { headers: header, timeout: 5_000 });
  expect(answer.string()).toContain('rollup not permitted');
  for (const { name } of actors) expect((await operator.state.get(`${name}.probe`))?.string()).toBe('mine');
});

test('nobody hears the answers that another gets, or may forge them', async () => {
  for (const { name } of actors) {
    const other = name === 'recorder' ? 'gateway' : 'recorder';
    for (const subject of [
      '>',
      '_INBOX.>',
      `_INBOX.${EXPERIMENT}.>`,
      `_INBOX.${EXPERIMENT}.${other}.>`,
      '$JS.>',
      '$KV.>',
    ])
      expect([name, subject, await heard(as(name), subject)]).toEqual([name, subject, 'forbidden']);
    expect(await asked(as(name), `_INBOX.${EXPERIMENT}.${other}.x`)).toBe('forbidden');
  }
});

test('nobody takes from another’s consumer, or deletes it', async () => {
  const name = serverName(EXPERIMENT, 'EVENT');
  await operator.jsm.consumers.add(name, { durable_name: 'sentinel', ack_policy: 'explicit' });
  for (const actor of ['pedestal-maker', 'buffer-keeper', 'recorder'])
    for (const subject of [`CONSUMER.MSG.NEXT.${name}.sentinel`, `CONSUMER.DELETE.${name}.sentinel`])
      expect([actor, await asked(as(actor), `$JS.API.${subject}`)]).toEqual([actor, 'forbidden']);
  expect(await asked(as('sentinel'), `$JS.API.CONSUMER.INFO.${name}.sentinel`)).toContain(
    '"name":"sentinel"',
  );
});

/** What becomes of a subscription. */
async function heard(connection: NatsConnection, subject: string): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const subscription = connection.subscribe(subject, {
    callback: error => resolve(error && /permissions violation/i.test(error.message) ? 'forbidden' : 'heard'),
  });
  await connection.flush();
  resolve('listens');
  subscription.unsubscribe();
  return promise;
}
