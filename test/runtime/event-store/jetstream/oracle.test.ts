import { randomBytes } from 'node:crypto';
import { Objm } from '@nats-io/obj';
import { expect, test } from 'vitest';
import { digestOf } from '../../../../runtime/event-store/digest.ts';
import { bucketUnderTest, MIB } from './bucket-under-test.ts';

const NAME = 'lngs/lime/42901/trigger/17';

test('the client library reads what we put, lists it with its size, and finds its bucket as it would have made it', async () => {
  await using stack = await bucketUnderTest();
  const objects = await new Objm(stack.connection).open('test_events');
  for (const size of [0, 1, 3 * MIB + 7]) {
    const body = randomBytes(size);
    await stack.store.put(`${NAME}~${size}`, body);
    expect(body.equals((await objects.getBlob(`${NAME}~${size}`)) ?? Buffer.alloc(0))).toBe(true);
  }
  const listed = await objects.list();
  expect(listed.map(({ name, size, chunks }) => [name, size, chunks])).toEqual([
    [`${NAME}~0`, 0, 0],
    [`${NAME}~1`, 1, 1],
    [`${NAME}~${3 * MIB + 7}`, 3 * MIB + 7, 4],
  ]);
  const status = await objects.status();
  expect(status).toMatchObject({ bucket: 'test_events', replicas: 1, sealed: false });
});

test('we read what the client library put, in chunks of its own size', async () => {
  await using stack = await bucketUnderTest();
  const objects = await new Objm(stack.connection).open('test_events');
  const body = randomBytes(MIB);
  await objects.putBlob({ name: NAME }, body);
  const stored = { name: NAME, bytes: MIB, digest: digestOf(body) };
  expect(await stack.store.put(NAME, body)).toEqual(stored);
  expect(body.equals(await stack.store.get(stored))).toBe(true);
  expect(await stack.store.list()).toMatchObject([{ name: NAME, bytes: MIB }]);
});

test('what was deleted with the client library is gone for us, and the other way round', async () => {
  await using stack = await bucketUnderTest();
  const objects = await new Objm(stack.connection).open('test_events');
  const body = randomBytes(1_000);
  const stored = await stack.store.put(NAME, body);
  await objects.delete(NAME);
  await expect(stack.store.get(stored)).rejects.toMatchObject({ code: 'EVENT_BODY_GONE' });
  expect(await stack.store.list()).toEqual([]);
  await stack.store.put(NAME, body);
  await stack.store.remove([NAME]);
  expect(await objects.info(NAME)).toBeNull();
  expect(await stack.chunks()).toEqual({});
});
