import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { digestOf } from '../../../runtime/event-store/digest.ts';
import { CHUNK_BYTES } from '../../../runtime/event-store/jetstream/put.ts';
import { stores } from './stores.ts';

const NAME = 'lngs/lime/42901/trigger/17';
const shared = (bytes: Uint8Array): Uint8Array => {
  const view = new Uint8Array(new SharedArrayBuffer(bytes.length));
  view.set(bytes);
  return view;
};

describe.each(Object.entries(stores))('an event store in %s', (_kind, open) => {
  test('what was put is there for another process, byte for byte, whatever its size', async () => {
    await using stack = await open();
    for (const size of [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 10_617_000]) {
      const body = randomBytes(size);
      const stored = await stack.store.put(`${NAME}~${size}`, body);
      expect(stored).toEqual({ name: `${NAME}~${size}`, bytes: size, digest: digestOf(body) });
      expect(body.equals(await stack.other.get(stored))).toBe(true);
    }
  });

  test('a body goes from shared memory into shared memory, into the place it is given', async () => {
    await using stack = await open();
    const body = shared(randomBytes(CHUNK_BYTES + 100));
    const stored = await stack.store.put(NAME, body);
    const memory = new Uint8Array(new SharedArrayBuffer(2 * CHUNK_BYTES));
    const got = await stack.store.get(stored, memory.subarray(8));
    expect(got.buffer).toBe(memory.buffer);
    expect([got.byteOffset, got.length]).toEqual([8, body.length]);
    expect(digestOf(got)).toBe(stored.digest);
  });

  test('the same bytes again change nothing, so whoever crashed does it again', async () => {
    await using stack = await open();
    const body = randomBytes(100_000);
    const stored = await stack.store.put(NAME, body);
    const before = await stack.store.usage();
    expect(await stack.other.put(NAME, body)).toEqual(stored);
    expect(await stack.store.usage()).toEqual(before);
  });

  test('other bytes under a name that is taken are refused, and those that were there stay', async () => {
    await using stack = await open();
    const body = randomBytes(1_000);
    const stored = await stack.store.put(NAME, body);
    await expect(stack.other.put(NAME, randomBytes(1_000))).rejects.toMatchObject({
      code: 'EVENT_BODY_CONFLICT',
    });
    expect(body.equals(await stack.store.get(stored))).toBe(true);
  });

  test('two processes that put the same body at once leave one, whole', async () => {
    await using stack = await open();
    const body = randomBytes(3 * CHUNK_BYTES + 5);
    const both = await Promise.all([stack.store.put(NAME, body), stack.other.put(NAME, body)]);
    expect(both[0]).toEqual(both[1]);
    expect(body.equals(await stack.store.get(both[0]))).toBe(true);
    expect((await stack.store.list()).map(({ bytes }) => bytes)).toEqual([body.length]);
  });

  test('what was removed is gone, once and again, and can be put anew', async () => {
    await using stack = await open();
    const body = randomBytes(CHUNK_BYTES + 1);
    const stored = await stack.store.put(NAME, body);
    await stack.store.remove([NAME, 'never/there/1/odb']);
    await stack.other.remove([NAME]);
    await expect(stack.other.get(stored)).rejects.toMatchObject({ code: 'EVENT_BODY_GONE' });
    expect(await stack.store.list()).toEqual([]);
    expect((await stack.store.usage()).bytes).toBe(0);
    await stack.store.put(NAME, body);
    expect(body.equals(await stack.store.get(stored))).toBe(true);
  });

  test('a reference to other bytes than there are is told, not given', async () => {
    await using stack = await open();
    const stored = await stack.store.put(NAME, randomBytes(1_000));
    const wrong = { ...stored, digest: digestOf(randomBytes(10)) };
    await expect(stack.store.get(wrong)).rejects.toMatchObject({ code: 'EVENT_BODY_DAMAGED' });
  });

  test('the list has every body with its size, oldest first, whatever its name holds', async () => {
    await using stack = await open();
    const names = ['b/b/1/odb', 'a/a/1/odb', 'with space/ünï/1~2/+=?#%41'];
    const started = Date.now();
    for (const [index, name] of names.entries()) await stack.store.put(name, randomBytes(index + 1));
    const listed = await stack.other.list();
    expect(new Map(listed.map(({ name, bytes }) => [name, bytes]))).toEqual(
      new Map(names.map((name, index) => [name, index + 1])),
    );
    expect(listed).toHaveLength(names.length);
    const times = listed.map(({ storedAt }) => storedAt);
    expect(times).toEqual(times.toSorted((one, other) => one - other));
    // Some stores know whole seconds only.
    for (const time of times) expect(Math.abs(time - started)).toBeLessThan(60_000);
    expect(await stack.store.sweep()).toBe(0);
    for (const { name } of listed) await stack.store.remove([name]);
    expect(await stack.store.list()).toEqual([]);
  });

  test('too little room is a mistake of the caller, and nothing is written beyond it', async () => {
    await using stack = await open();
    const stored = await stack.store.put(NAME, randomBytes(100));
    await expect(stack.store.get(stored, new Uint8Array(99))).rejects.toBeInstanceOf(RangeError);
  });
});
