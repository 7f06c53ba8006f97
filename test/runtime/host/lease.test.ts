import { expect, test } from 'vitest';
import type { LaneHost } from '../../../runtime/host/lane.ts';
import { holdLease, Lease } from '../../../runtime/host/lease.ts';
import { StateCell } from '../../../runtime/host/state.ts';
import { natsServer } from '../../helpers/nats.ts';
import { openTestNats, silent } from '../../helpers/streams.ts';
import { until } from '../../helpers/until.ts';

test('a renewal that was stored late, and so looks like that of another, is no reason to let go of a lease; one of another is', async () => {
  await using server = await natsServer();
  await using nats = await openTestNats(server.url);
  const signal = new AbortController().signal;
  const host = { actor: 'actor', nats, log: silent, signal } as unknown as LaneHost;
  const held = await holdLease(host, 'mine', Date.now);
  let over: unknown;
  void held.lost.catch((thrown: unknown) => (over = thrown));
  const cell = new StateCell(nats.state, 'actor.lease', Lease);
  const writtenAs = async (instance: string) => {
    const lease = await cell.read();
    if (lease) await cell.write({ ...lease, instance });
  };
  const renewedAt = async () => (await cell.read())?.renewedAt ?? 0;

  await writtenAs('mine');
  const before = await renewedAt();
  await until(async () => (await renewedAt()) > before, { what: 'a further renewal' });
  expect(over).toBeUndefined();

  await writtenAs('another');
  await until(() => over !== undefined, { what: 'the end of the lease' });
  expect(over).toMatchObject({ code: 'WRITER_CONFLICT' });
  await held.release();
  expect((await cell.read())?.instance).toBe('another');
});
