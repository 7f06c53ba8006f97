import { expect, test } from 'vitest';
import { MAX_BATCH } from '../../../runtime/actor.ts';
import { startFrom } from '../../../runtime/host/batch-lane.ts';
import { mayTake } from '../../../runtime/host/lease.ts';
import { inFlightOf } from '../../../runtime/host/reading.ts';

const plan = { stream: 'BEAM@1', first: 11, last: 20, refusedThrough: 0, done: false, aside: [] };

test('a batch lane repeats its planned batch, unless the other side has less than what came before it', () => {
  expect(startFrom('BEAM@1', undefined, undefined)).toEqual({ position: 0, plan: undefined });
  expect(startFrom('BEAM@1', undefined, 7)).toEqual({ position: 7, plan: undefined });
  expect(startFrom('BEAM@1', plan, undefined)).toEqual({ position: 10, plan });
  expect(startFrom('BEAM@1', plan, 10)).toEqual({ position: 10, plan });
  expect(startFrom('BEAM@1', plan, 20)).toEqual({ position: 10, plan });
  expect(startFrom('BEAM@1', plan, 9)).toEqual({ position: 9, plan: undefined });
  expect(startFrom('BEAM@2', plan, 0)).toEqual({ position: 0, plan: undefined });
});

test('a batch known to be done is not repeated, unless the other side has lost a part of it', () => {
  const done = { ...plan, done: true };
  expect(startFrom('BEAM@1', done, undefined)).toEqual({ position: 20, plan: undefined });
  expect(startFrom('BEAM@1', done, 20)).toEqual({ position: 20, plan: undefined });
  expect(startFrom('BEAM@1', done, 15)).toEqual({ position: 10, plan: done });
  expect(startFrom('BEAM@1', done, 9)).toEqual({ position: 9, plan: undefined });
});

test('small messages are prefetched by the thousand, large ones by their bytes, and a planned batch as a whole', () => {
  expect(inFlightOf(1_700, 0)).toBe(3 * MAX_BATCH);
  expect(inFlightOf(92_000, 0)).toBe(729);
  expect(inFlightOf(900_000_000, 0)).toBe(64);
  expect(inFlightOf(900_000_000, 4_000)).toBe(4_000);
  expect(inFlightOf(Number.NaN, 0)).toBe(2_048);
});

test('a lease is taken from the dead and the silent, never from one that lives', () => {
  const lease = { instance: 'other', host: 'daq1', pid: 7, renewedAt: 100_000 };
  const self = (host: string, alive: boolean) => ({ instance: 'mine', host, isAlive: () => alive });
  expect(mayTake(undefined, self('daq1', true), 0).take).toBe(true);
  expect(mayTake({ ...lease, instance: 'mine' }, self('daq1', true), 100_001).take).toBe(true);
  expect(mayTake(lease, self('daq1', true), 100_001)).toEqual({ take: false, reason: 'held by other' });
  expect(mayTake(lease, self('daq1', false), 100_001)).toEqual({ take: true, reason: 'its holder has died' });
  // The pid of another host says nothing about a process here.
  expect(mayTake(lease, self('daq2', false), 100_001).take).toBe(false);
  expect(mayTake(lease, self('daq2', false), 107_000)).toEqual({
    take: true,
    reason: 'its holder is silent',
  });
  // While NATS was away its holder could not renew it.
  expect(mayTake(lease, self('daq2', false), 107_000, 106_000).take).toBe(false);
  expect(mayTake(lease, self('daq2', false), 112_001, 106_000).take).toBe(true);
  expect(mayTake({ ...lease, renewedAt: 0 }, self('daq2', false), 107_000, 106_999).take).toBe(true);
});
