import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { spillPacker } from '../../../actors/spill-packer/actor.ts';
import { SpillPackerConfig } from '../../../actors/spill-packer/config.ts';
import { spillRecord } from '../../../protocol/messages/spill-record.ts';
import { STREAMS } from '../../../protocol/subjects.ts';
import { type ActorDefinition, batch } from '../../../runtime/actor.ts';
import { seekBetterServer } from '../../../runtime/host/better-server.ts';
import { runActor } from '../../../runtime/host/host.ts';
import { type Nats, openNats } from '../../../runtime/host/nats.ts';
import { StateCell } from '../../../runtime/host/state.ts';
import { stateStream } from '../../../runtime/host/state-bucket.ts';
import { serverName } from '../../../runtime/host/streams.ts';
import type { BrokerNode } from '../../chaos/broker.ts';
import { type Cluster, startCluster } from '../../chaos/cluster/cluster.ts';
import { hostOptions } from '../../helpers/host-options.ts';
import { allMessages, countMessages, publishReadings, readingsOf, silent } from '../../helpers/streams.ts';
import { temporaryDirectory } from '../../helpers/temporary-directory.ts';
import { until } from '../../helpers/until.ts';

const signal = new AbortController().signal;
const owned = new AsyncDisposableStack();
let cluster: Cluster;
let nats: Nats;

beforeAll(async () => {
  const { path } = owned.use(await temporaryDirectory());
  cluster = owned.use(await startCluster({ directory: path, log: silent, signal }));
  nats = owned.use(await openNats({ servers: urls(cluster.nodes), ...TEST }, silent, signal));
});
afterAll(() => owned.disposeAsync());

/** Those of the experiment, and the state of actors. */
const STREAM_COUNT = Object.keys(STREAMS).length + 1;

const TEST = { experiment: 'test', name: 'test', replicas: 3 };
const urls = (nodes: readonly BrokerNode[]) => nodes.map(({ port }) => `nats://127.0.0.1:${port}`);

const leaderOf = async (stream: 'BEAM' | 'SPILL'): Promise<BrokerNode> => {
  let leader: BrokerNode | undefined;
  await until(async () => (leader = await cluster.leaderOf('test', stream)) !== undefined, {
    what: `a leader of ${stream}`,
  });
  return leader as BrokerNode;
};

test('streams and the state of actors have three copies, and state is never read from one that may lag behind', async () => {
  for (const stream of [serverName('test', 'BEAM'), stateStream('test')]) {
    const { config } = await nats.jsm.streams.info(stream);
    expect([stream, config.num_replicas]).toEqual([stream, 3]);
  }
  const cell = new StateCell(nats.state, 'actor.value', z.number());
  await cell.write(1);
  expect(await cell.read()).toBe(1);
  const direct = nats.jsm.direct.getMessage(stateStream('test'), {
    last_by_subj: '$KV.test_state.actor.value',
  });
  await expect(direct).rejects.toThrow(/no responders|not enabled|timeout/i);
});

test('a publish, a fold and a batch lane go on when the leaders of their streams are killed: each message once, in order', async () => {
  // A batch whose end could not be written down comes again, under the same token: an effect knows it by that.
  const delivered = new Map<string, number[]>();
  const effects = () => [...delivered.values()].flat();
  const collector: ActorDefinition<undefined> = {
    name: 'collector',
    summary: 'collects',
    consumes: ['SPILL'],
    produces: [],
    config: z.undefined(),
    start: async () => ({
      lanes: [
        batch({
          stream: 'SPILL',
          types: [spillRecord],
          maxMessages: 16,
          maxWaitMs: 0,
          deliver: async ({ token, messages }) =>
            void delivered.set(
              token,
              messages.map(({ body }) => body.spillCount),
            ),
        }),
      ],
      async [Symbol.asyncDispose]() {},
    }),
  };
  const stop = new AbortController();
  const own = await openNats({ servers: urls(cluster.nodes), ...TEST }, silent, signal);
  const running = [
    runActor(spillPacker, SpillPackerConfig.parse({}), hostOptions(own, stop.signal, { instance: 'a' })),
    runActor(collector, undefined, hostOptions(own, stop.signal, { instance: 'b' })),
  ];
  const total = 60;
  const publishing = (async () => {
    for (let n = 1; n <= total; n++) await publishReadings(nats, readingsOf(n));
  })();
  await until(() => effects().length >= 10, { what: 'ten spills' });
  for (const stream of ['BEAM', 'SPILL'] as const) {
    const pid = (await leaderOf(stream)).pid();
    if (pid !== undefined) process.kill(pid, 'SIGKILL');
  }
  await publishing;
  await until(() => effects().length >= total, { timeoutMs: 60_000, what: 'every spill' });
  stop.abort();
  await Promise.all(running);
  await own[Symbol.asyncDispose]();
  const all = Array.from({ length: total }, (_, index) => index + 1);
  const packed = (await allMessages(nats, 'SPILL')).map(({ data }) => spillRecord.decode(data).spillCount);
  expect(packed).toEqual(all);
  expect(effects()).toEqual(all);
});

test('a leader that is cut off confirms nothing and tells no state, its clients find another server, and what the others confirm stays', async () => {
  await until(() => cluster.whole(STREAM_COUNT), { what: 'copies of everything' });
  const alone = await leaderOf('BEAM');
  const others = cluster.nodes.filter(node => node !== alone);
  await using minority = await openNats({ servers: urls([alone]), ...TEST }, silent, signal);
  await using majority = await openNats({ servers: urls(others), ...TEST }, silent, signal);
  const wanderer = await connect({ servers: urls([alone, ...others]), noRandomize: true });
  const wandering = new AbortController();
  void seekBetterServer(wanderer, await jetstreamManager(wanderer), silent, wandering.signal, 3_000);
  const cell = new StateCell(majority.state, 'actor.fence', z.number());
  await cell.write(1);
  const before = await countMessages(nats, 'BEAM');

  alone.isolate();
  const [unconfirmed, stored] = await Promise.allSettled([
    minority.js.publish('test.beam.readings.x', '', { timeout: 3_000 }),
    publishReadings(majority, readingsOf(1_000)),
  ]);
  expect([unconfirmed.status, stored.status]).toEqual(['rejected', 'fulfilled']);
  await until(() => writes(cell, 2), { what: 'a state that the others keep' });
  // A leader that does not know yet that it is none may tell an old state; whoever acts on it must write first, and cannot.
  const stale = new StateCell(minority.state, 'actor.fence', z.number());
  await stale.read().catch(() => undefined);
  expect(await writes(stale, 3)).toBe(false);
  await until(() => wanderer.getServer() !== `127.0.0.1:${alone.port}`, { what: 'another server' });
  wandering.abort();
  await wanderer.close();

  alone.rejoin();
  await until(() => cluster.whole(STREAM_COUNT), { what: 'copies of everything' });
  await using again = await openNats({ servers: urls([alone]), ...TEST }, silent, signal);
  expect(await new StateCell(again.state, 'actor.fence', z.number()).read()).toBe(2);
  // What was only ever proposed by the minority is gone; what was confirmed is there, by whomever one asks.
  expect(await countMessages(again, 'BEAM')).toBe(before + 1);
  const last = (await allMessages(again, 'BEAM')).at(-1);
  expect(last?.json<{ time: { seconds: number } }>().time.seconds).toBe(1_700_001_000);
});

/** Whether a value could be written; where it could not, what is there is read, so that the next try may succeed. */
const writes = (cell: StateCell<number>, value: number): Promise<boolean> =>
  cell.write(value).then(
    () => true,
    () =>
      cell.read().then(
        () => false,
        () => false,
      ),
  );
