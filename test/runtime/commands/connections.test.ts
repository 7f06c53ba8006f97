import { expect, test } from 'vitest';
import { connectActors } from '../../../runtime/commands/connections.ts';
import type { ResolvedConfig } from '../../../runtime/config/resolve.ts';
import { ensureEventStore } from '../../../runtime/event-store/open.ts';
import { silent } from '../../helpers/streams.ts';
import { EXPERIMENT, type Guarded, guarded } from '../nats-access/guarded.ts';

const configOf = ({ server, nkeys }: Guarded, keys: boolean): ResolvedConfig =>
  ({
    experiment: EXPERIMENT,
    nats: { servers: [server.url], replicas: 1, ...(keys ? { nkeys } : {}) },
    eventStore: { kind: 'jetstream', maxBytes: 2 ** 26 },
  }) as unknown as ResolvedConfig;

test('actors of one process each have their own rights, to streams and to the event store', async () => {
  await using broker = await guarded();
  await using operator = await broker.open();
  await ensureEventStore(operator, { maxBytes: 2 ** 26 }, 1);
  await using connections = await connectActors(
    configOf(broker, true),
    ['event-intake', 'sentinel', 'buffer-keeper', 'recorder'],
    silent,
    AbortSignal.timeout(20_000),
  );
  const [intake, sentinel, keeper, recorder] = ['event-intake', 'sentinel', 'buffer-keeper', 'recorder'].map(
    actor => connections.of(actor).eventStore,
  );
  const bytes = new Uint8Array(3 * 2 ** 20).fill(7);
  const body = await intake?.put('run1/7', bytes);
  if (!body) throw new Error('nothing was put');
  expect(await sentinel?.get(body)).toEqual(bytes);
  const forbidden = { code: 'NATS_FORBIDDEN' };
  await expect(sentinel?.put('run1/8', bytes)).rejects.toMatchObject(forbidden);
  await expect(sentinel?.remove(['run1/7'])).rejects.toMatchObject(forbidden);
  await expect(recorder?.get(body)).rejects.toMatchObject(forbidden);
  expect((await keeper?.list())?.map(({ name }) => name)).toEqual(['run1/7']);
  expect(await keeper?.sweep()).toBe(0);
  await keeper?.remove(['run1/7']);
  expect(await keeper?.list()).toEqual([]);
  expect(() => connections.of('gateway')).toThrow('gateway is not connected');
});
