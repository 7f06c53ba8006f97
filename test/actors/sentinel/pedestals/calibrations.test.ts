import { expect, test } from 'vitest';
import { Calibrations } from '../../../../actors/sentinel/pedestals/calibrations.ts';
import type { MadePedestal } from '../../../../actors/sentinel/pedestals/run-log.ts';
import { evenGains } from '../../../../actors/sentinel/reconstruction/vignetting.ts';
import { memoryEventStore } from '../../../helpers/memory-event-store.ts';
import { pedestalRun, SIDE, smallConfig } from '../running.ts';

async function calibrations() {
  const store = memoryEventStore();
  const { made } = await pedestalRun(store);
  const fetched: string[] = [];
  const get: typeof store.get = async (body, into) => {
    fetched.push(body.name);
    return store.get(body, into);
  };
  const { profile } = smallConfig();
  const [pedestal] = made as MadePedestal[];
  if (!pedestal) throw new Error('no pedestal');
  return { store, fetched, pedestal, tables: new Calibrations({ get }, profile, evenGains(profile)) };
}

test('tables are made once for all who ask, in memory that every thread can use', async () => {
  const { tables, pedestal, fetched } = await calibrations();
  const [one, other] = await Promise.all([tables.get(pedestal), tables.get(pedestal)]);
  expect(one).toBe(other);
  expect(fetched).toEqual(['lngs/lime/4/pedestal-0-1']);
  expect(one).toMatchObject({ scale: 3, pedestal: { run: 4, version: 1 } });
  for (const table of [one.pedestals, one.least, one.gains])
    expect(table.buffer).toBeInstanceOf(SharedArrayBuffer);
  expect(one.least).toHaveLength(SIDE * SIDE);
});

test('the one not used for longest makes room', async () => {
  const { store, tables, pedestal, fetched } = await calibrations();
  const bytes = store.bodies.get(pedestal.outcome.body.name) ?? new Uint8Array();
  const named = async (name: string): Promise<MadePedestal> => ({
    ...pedestal,
    outcome: { ...pedestal.outcome, body: await store.put(name, bytes) },
  });
  for (const name of ['a', 'b', 'c', 'd', 'e', 'f', 'a', 'g', 'a', 'b']) await tables.get(await named(name));
  expect(fetched).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'b']);
  expect(tables.size).toBe(6);
});

test('what could not be made is asked for again by the next event', async () => {
  const { store, tables, pedestal } = await calibrations();
  const bytes = store.bodies.get(pedestal.outcome.body.name) ?? new Uint8Array();
  await store.remove([pedestal.outcome.body.name]);
  await expect(tables.get(pedestal)).rejects.toMatchObject({ code: 'EVENT_BODY_GONE' });
  await store.put(pedestal.outcome.body.name, bytes);
  expect(await tables.get(pedestal)).toMatchObject({ scale: 3 });
});
