import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { get } from '../../../../runtime/event-store/jetstream/get.ts';
import { until } from '../../../helpers/until.ts';
import { bucketUnderTest, MIB } from './bucket-under-test.ts';

const NAME = 'lngs/lime/42901/trigger/17';

test('a body with a chunk too few is told as damaged, with how many are there', async () => {
  await using stack = await bucketUnderTest();
  const stored = await stack.store.put(NAME, randomBytes(3 * MIB));
  // The first three messages are its chunks.
  await stack.bucket.jsm.streams.deleteMessage(stack.bucket.stream, 2);
  await expect(stack.store.get(stored)).rejects.toMatchObject({
    code: 'EVENT_BODY_DAMAGED',
    message: expect.stringContaining('2 of its 3 chunks') as string,
  });
});

test('a body with another chunk in place of one of its own is told as damaged', async () => {
  await using stack = await bucketUnderTest();
  const stored = await stack.store.put(NAME, randomBytes(2 * MIB));
  const [subject = ''] = Object.keys(await stack.chunks());
  await stack.bucket.jsm.streams.deleteMessage(stack.bucket.stream, 2);
  await stack.bucket.js.publish(subject, randomBytes(MIB));
  await expect(stack.store.get(stored)).rejects.toMatchObject({ code: 'EVENT_BODY_DAMAGED' });
  await stack.bucket.js.publish(subject, randomBytes(1));
  await stack.bucket.jsm.streams.deleteMessage(stack.bucket.stream, 1);
  await expect(stack.store.get(stored)).rejects.toMatchObject({ code: 'EVENT_BODY_DAMAGED' });
});

test('a body removed while it is read is told as gone, not as damaged', async () => {
  await using stack = await bucketUnderTest();
  const stored = await stack.store.put(NAME, randomBytes(3 * MIB));
  const { bucket } = stack;
  const direct = new Proxy(bucket.jsm.direct, {
    get: (api, name) =>
      name !== 'getMessage'
        ? Reflect.get(api, name, api)
        : async (...given: Parameters<typeof api.getMessage>) => {
            const chunk = await api.getMessage(...given);
            await stack.store.remove([NAME]);
            return chunk;
          },
  });
  const jsm = new Proxy(bucket.jsm, {
    get: (api, name) => (name === 'direct' ? direct : (Reflect.get(api, name, api) as unknown)),
  });
  await expect(get({ ...bucket, jsm }, stored, undefined, undefined)).rejects.toMatchObject({
    code: 'EVENT_BODY_GONE',
  });
});

test('a server that does not answer is away, and the body is there when it is back', async () => {
  await using stack = await bucketUnderTest();
  const body = randomBytes(2 * MIB);
  const stored = await stack.store.put(NAME, body);
  await stack.server.kill();
  await expect(stack.store.get(stored)).rejects.toMatchObject({ code: 'EVENT_STORE_AWAY' });
  await expect(stack.store.list()).rejects.toMatchObject({ code: 'EVENT_STORE_AWAY' });
  await expect(stack.store.remove([NAME])).rejects.toMatchObject({ code: 'EVENT_STORE_AWAY' });
  await stack.server.restart();
  await until(() => stack.store.usage().then(() => true), { what: 'the server' });
  expect(body.equals(await stack.store.get(stored))).toBe(true);
});
