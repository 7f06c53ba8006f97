import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { connect } from '@nats-io/transport-node';
import { expect, test } from 'vitest';
import { digestOf } from '../../../../runtime/event-store/digest.ts';
import { openBucket } from '../../../../runtime/event-store/jetstream/bucket.ts';
import { nuidOf, objectSubjects } from '../../../../runtime/event-store/jetstream/object-info.ts';
import { put } from '../../../../runtime/event-store/jetstream/put.ts';
import { jetStreamEventStore } from '../../../../runtime/event-store/jetstream/store.ts';
import { sweep } from '../../../../runtime/event-store/jetstream/sweep.ts';
import { tcpProxy } from '../../../helpers/tcp-proxy.ts';
import { until } from '../../../helpers/until.ts';
import { bucketUnderTest, describing, MIB, publishing } from './bucket-under-test.ts';

const NAME = 'lngs/lime/42901/trigger/17';
const noAnswer = () => Promise.reject(new Error('timeout'));

test('a process killed while it puts leaves whole bodies or none, and what it left is found and freed', async () => {
  await using stack = await bucketUnderTest(1024 * MIB);
  const safe: number[] = [];
  for (const life of [1, 2, 3]) {
    const program = join(import.meta.dirname, 'mortal-put.ts');
    const child = spawn(process.execPath, [program, stack.server.url, String(safe.length)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const lines = createInterface({ input: child.stdout });
    lines.on('line', line => safe.push(Number(line)));
    // Each life dies a little later in its second put.
    await once(lines, 'line');
    const before = Object.keys(await stack.chunks()).length;
    await until(async () => Object.values(await stack.chunks()).length > before, { what: 'a put under way' });
    child.kill('SIGKILL');
    await once(lines, 'close');
    expect(safe.length).toBeGreaterThanOrEqual(life);
  }
  for (const n of safe) {
    const body = new Uint8Array(12 * MIB).fill(n);
    const stored = { name: `body/${n}`, bytes: body.length, digest: digestOf(body) };
    expect(digestOf(await stack.store.get(stored))).toBe(stored.digest);
  }
  const whole = (await stack.store.list()).map(({ name }) => name);
  expect(whole.length - safe.length).toBeLessThanOrEqual(3);
  const left = Object.keys(await stack.chunks()).length - whole.length;
  expect(await sweep(stack.bucket, 0, undefined)).toBe(left);
  expect(Object.keys(await stack.chunks())).toHaveLength(whole.length);
  expect(await stack.store.list()).toHaveLength(whole.length);
});

test('chunks of a put that may still be under way are not swept', async () => {
  await using stack = await bucketUnderTest();
  await stack.bucket.js.publish(objectSubjects.chunks('test_events', nuidOf(NAME, 'dead')), 'chunk');
  await stack.bucket.js.publish(objectSubjects.chunks('test_events', 'of-another-client'), 'chunk');
  expect(await stack.store.sweep()).toBe(0);
  expect(Object.keys(await stack.chunks())).toHaveLength(2);
  expect(await sweep(stack.bucket, 0, undefined)).toBe(2);
});

test('the next put of a name frees what a put of it that died has left', async () => {
  await using stack = await bucketUnderTest();
  await stack.bucket.js.publish(objectSubjects.chunks('test_events', nuidOf(NAME, 'dead')), 'chunk');
  const body = randomBytes(MIB + 1);
  const stored = await stack.store.put(NAME, body);
  expect(Object.values(await stack.chunks())).toEqual([2]);
  expect(body.equals(await stack.store.get(stored))).toBe(true);
});

test('a full store says so, keeps what it has, holds nothing of what it refused, and takes more when there is room', async () => {
  await using stack = await bucketUnderTest(4 * MIB);
  const first = await stack.store.put('first', randomBytes(3 * MIB));
  const { bytes } = await stack.store.usage();
  const second = randomBytes(2 * MIB);
  await expect(stack.store.put('second', second)).rejects.toMatchObject({ code: 'EVENT_STORE_FULL' });
  expect(await stack.store.usage()).toEqual({ bytes, maxBytes: 4 * MIB });
  await stack.store.get(first);
  await stack.store.remove(['first']);
  await stack.store.put('second', second);
});

test('room for the chunks alone is not room', async () => {
  await using stack = await bucketUnderTest(2 * MIB + 200);
  await expect(stack.store.put('body', randomBytes(2 * MIB))).rejects.toMatchObject({
    code: 'EVENT_STORE_FULL',
  });
  expect((await stack.store.usage()).bytes).toBe(0);
});

test('an answer that got lost on its way does not make a body unsafe or a second one', async () => {
  await using stack = await bucketUnderTest();
  const body = randomBytes(MIB + 1);
  const deaf = describing(stack.bucket, publish => publish().then(noAnswer));
  const stored = await put(deaf, NAME, body, undefined);
  expect(body.equals(await stack.store.get(stored))).toBe(true);
  expect(Object.values(await stack.chunks())).toEqual([2]);
});

test('a body whose last message comes late, after its put was given up, is whole', async () => {
  await using stack = await bucketUnderTest();
  const body = randomBytes(MIB + 1);
  let late: () => Promise<unknown> = noAnswer;
  const slow = describing(stack.bucket, publish => {
    late = publish;
    return noAnswer();
  });
  await expect(put(slow, NAME, body, undefined)).rejects.toThrow('timeout');
  expect(await stack.store.list()).toEqual([]);
  await late();
  const stored = await stack.store.put(NAME, body);
  expect(body.equals(await stack.store.get(stored))).toBe(true);
});

test('a last message that comes after the body was put once more changes nothing', async () => {
  await using stack = await bucketUnderTest();
  const body = randomBytes(MIB + 1);
  let late: () => Promise<unknown> = noAnswer;
  const slow = describing(stack.bucket, publish => {
    late = publish;
    return noAnswer();
  });
  await expect(put(slow, NAME, body, undefined)).rejects.toThrow('timeout');
  const stored = await stack.store.put(NAME, body);
  await expect(late()).rejects.toThrow('wrong last sequence');
  expect(body.equals(await stack.store.get(stored))).toBe(true);
  expect(Object.values(await stack.chunks())).toEqual([2]);
});

test('a put so slow that it was swept meanwhile is no put', async () => {
  await using stack = await bucketUnderTest();
  const slow = describing(stack.bucket, async publish => {
    await sweep(stack.bucket, 0, undefined);
    return publish();
  });
  await expect(put(slow, NAME, randomBytes(10), undefined)).rejects.toMatchObject({
    code: 'EVENT_STORE_AWAY',
  });
  expect(await stack.store.list()).toEqual([]);
});

test('a server that goes away in the middle is told as away, and the same put is done once it is back', async () => {
  await using stack = await bucketUnderTest();
  await using proxy = await tcpProxy(stack.server.port);
  const connection = await connect({
    servers: `127.0.0.1:${proxy.port}`,
    reconnectTimeWait: 20,
    maxReconnectAttempts: -1,
  });
  const store = jetStreamEventStore(connection, { ...LIMITS, requestMs: 300 });
  await store.usage();
  const body = randomBytes(20 * MIB);
  proxy.hang();
  await expect(store.put(NAME, body)).rejects.toMatchObject({ code: 'EVENT_STORE_AWAY' });
  await proxy.mend();
  const putting = store.put(NAME, body);
  await until(async () => Object.keys(await stack.chunks()).length > 0, { what: 'the first chunks' });
  await proxy.cut();
  await expect(putting).rejects.toMatchObject({ code: 'EVENT_STORE_AWAY' });
  await proxy.mend();
  await until(() => store.usage().then(() => true), { what: 'the connection' });
  const stored = await jetStreamEventStore(connection, LIMITS).put(NAME, body);
  expect(body.equals(await stack.store.get(stored))).toBe(true);
  expect(Object.values(await stack.chunks())).toEqual([20]);
  await connection.close();
});

const LIMITS = { name: 'test_events', maxBytes: 64 * MIB, replicas: 1 };

test('a put that is called off stops, and leaves nothing', async () => {
  await using stack = await bucketUnderTest();
  const stop = new AbortController();
  let chunks = 0;
  const called = publishing(stack.bucket, (_subject, publish) => {
    if (++chunks === 3) stop.abort();
    return publish();
  });
  const putting = put(called, NAME, randomBytes(30 * MIB), stop.signal);
  await expect(putting).rejects.toMatchObject({ name: 'AbortError' });
  expect(await stack.chunks()).toEqual({});
});

test('a bucket is brought to the configured size, and keeps what it has', async () => {
  await using stack = await bucketUnderTest();
  const stored = await stack.store.put(NAME, randomBytes(100));
  await openBucket(stack.connection, { ...LIMITS, maxBytes: 32 * MIB });
  expect((await stack.store.usage()).maxBytes).toBe(32 * MIB);
  await stack.store.get(stored);
});

test('a bucket that somebody has deleted is made anew, and what was in it is gone', async () => {
  await using stack = await bucketUnderTest();
  const stored = await stack.store.put(NAME, randomBytes(100));
  await stack.bucket.jsm.streams.delete(stack.bucket.stream);
  await expect(stack.store.get(stored)).rejects.toMatchObject({ code: 'EVENT_STORE_AWAY' });
  await expect(stack.store.get(stored)).rejects.toMatchObject({ code: 'EVENT_BODY_GONE' });
  await stack.store.put(NAME, randomBytes(100));
});

test('a server that has no room for the bucket is told as such, and tried again', async () => {
  await using stack = await bucketUnderTest();
  const huge = { ...LIMITS, name: 'huge', maxBytes: 1024 ** 5 };
  const store = jetStreamEventStore(stack.connection, huge);
  await expect(store.usage()).rejects.toMatchObject({
    code: 'EVENT_STORE_AWAY',
    message: expect.stringMatching(/insufficient storage/) as string,
  });
});
