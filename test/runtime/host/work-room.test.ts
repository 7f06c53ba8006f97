import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { WorkRoom } from '../../../runtime/host/work-room.ts';

const never = new AbortController().signal;

test('who must be alone is, and everybody gets in, in whatever order they come and go', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(fc.boolean(), { minLength: 1, maxLength: 12 }),
      async (scheduler, wishes) => {
        const room = new WorkRoom();
        const inside = new Set<number>();
        const company: number[] = [];
        const all = wishes.map((alone, index) =>
          room.within(alone, never, async () => {
            inside.add(index);
            await scheduler.schedule(Promise.resolve());
            if (alone) company.push(inside.size - 1);
            inside.delete(index);
            return index;
          }),
        );
        await scheduler.waitFor(Promise.all(all));
        expect(await Promise.all(all)).toEqual(wishes.map((_, index) => index));
        expect(company).toEqual(wishes.filter(Boolean).map(() => 0));
      },
    ),
  );
});

test('those who may share do so at the same time', async () => {
  const room = new WorkRoom();
  const { promise, resolve } = Promise.withResolvers<void>();
  const first = room.within(false, never, () => promise);
  expect(await room.within(false, never, async () => resolve())).toBeUndefined();
  await expect(first).resolves.toBeUndefined();
});

test('who is told to stop while waiting does not begin, and keeps nobody out', async () => {
  const room = new WorkRoom();
  const { promise, resolve } = Promise.withResolvers<'first'>();
  const first = room.within(false, never, () => promise);
  const stop = new AbortController();
  const alone = room.within(true, stop.signal, async () => 'alone');
  const behind = room.within(false, never, async () => 'behind');
  stop.abort();
  expect(await alone).toBeUndefined();
  expect(await behind).toBe('behind');
  resolve('first');
  expect(await first).toBe('first');
});

test('work that fails makes room all the same', async () => {
  const room = new WorkRoom();
  await expect(room.within(true, never, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await room.within(true, never, async () => 'next')).toBe('next');
});
