import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { digestOf } from '../../../../runtime/event-store/digest.ts';
import { s3EventStore } from '../../../../runtime/event-store/s3/store.ts';
import { s3Server } from '../../../helpers/s3-server.ts';
import { tcpProxy } from '../../../helpers/tcp-proxy.ts';
import { until } from '../../../helpers/until.ts';

const NAME = 'lngs/lime/42901/trigger/17';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A store whose service answers as a test says, for answers that the server from the registry never gives. */
async function answering(answer: Answer) {
  const owned = new AsyncDisposableStack();
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    request.resume();
    request.on('end', () => answer(request, response));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  owned.defer(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const keys = { accessKey: 'key', secretKey: 'a-secret' };
  const where = { region: 'eu', bucket: 'events', prefix: 'p/', endpoint: `http://127.0.0.1:${port}/s3/` };
  const store = owned.use(s3EventStore({ kind: 's3', ...where, ...keys }, 'test'));
  return { store, requests, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

const refusing =
  (status: number, code: string): Answer =>
  (request, response) => {
    const missing = request.method === 'HEAD' && code !== 'AccessDenied';
    response
      .writeHead(missing ? 404 : status)
      .end(
        missing
          ? undefined
          : `<?xml version="1.0"?><Error><Code>${code}</Code><Message>told so</Message></Error>`,
      );
  };

test('a key that is not the right one waits for the right one, and no secret is told', async () => {
  await using server = await s3Server();
  const config = { ...server.config, secretKey: 'not-the-secret' };
  await using store = s3EventStore(config, 'test');
  const error = await store.list().catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({
    code: 'EVENT_STORE_AWAY',
    message: expect.stringContaining('403 SignatureDoesNotMatch') as string,
  });
  expect(String(error)).not.toContain('not-the-secret');
});

test('a bucket that is not there is no reason to believe that bodies are gone', async () => {
  await using server = await s3Server();
  await using store = s3EventStore({ ...server.config, bucket: 'other' }, 'test');
  const body = { name: NAME, bytes: 1, digest: digestOf(new Uint8Array(1)) };
  const away = { code: 'EVENT_STORE_AWAY', message: expect.stringContaining('NoSuchBucket') as string };
  await expect(store.get(body)).rejects.toMatchObject(away);
  await expect(store.put(NAME, new Uint8Array(1))).rejects.toMatchObject(away);
});

test('two experiments in one bucket see nothing of each other', async () => {
  await using server = await s3Server();
  await using one = s3EventStore(server.config, 'one');
  await using other = s3EventStore(server.config, 'other');
  await one.put(NAME, randomBytes(10));
  expect(await other.list()).toEqual([]);
  await other.put(NAME, randomBytes(20));
  await other.remove([NAME]);
  expect(await one.list()).toMatchObject([{ name: NAME, bytes: 10 }]);
});

test.each([
  [403, 'QuotaExceeded', 'EVENT_STORE_FULL'],
  [507, 'XMinioStorageFull', 'EVENT_STORE_FULL'],
  [507, '', 'EVENT_STORE_FULL'],
  [400, 'InsufficientStorageSpace', 'EVENT_STORE_FULL'],
  [503, 'SlowDown', 'EVENT_STORE_AWAY'],
  [500, 'InternalError', 'EVENT_STORE_AWAY'],
  [403, 'AccessDenied', 'EVENT_STORE_AWAY'],
])('%i %s to a put is %s, which is tried again', async (status, code, expected) => {
  await using stack = await answering(refusing(status, code));
  await expect(stack.store.put(NAME, new Uint8Array(9))).rejects.toMatchObject({
    code: expected,
    retry: true,
  });
});

test('what answers is asked by path, with our digest signed and beside the body', async () => {
  await using stack = await answering((request, response) =>
    response.writeHead(request.method === 'HEAD' ? 404 : 200).end(),
  );
  const stored = await stack.store.put(NAME, randomBytes(5));
  const hex = stored.digest.slice('sha256:'.length);
  const [, put] = stack.requests;
  expect(put?.url).toBe(`/s3/events/p/test/${NAME}`);
  expect(put?.headers).toMatchObject({
    'x-amz-content-sha256': hex,
    'x-amz-meta-sha256': hex,
    'x-amz-checksum-sha256': Buffer.from(hex, 'hex').toString('base64'),
    'if-none-match': '*',
    'content-length': '5',
    authorization: expect.stringMatching(
      /^AWS4-HMAC-SHA256 Credential=key\/\d{8}\/eu\/s3\/aws4_request, SignedHeaders=.*if-none-match.*x-amz-content-sha256/,
    ) as string,
  });
});

test('a writer that was faster is not replaced: the same body is as good, another one is a conflict', async () => {
  const body = randomBytes(5);
  const put = async (digest: string) => {
    let heads = 0;
    await using stack = await answering((request, response) => {
      if (request.method === 'PUT') response.writeHead(412).end();
      else response.writeHead(heads++ === 0 ? 404 : 200, { 'x-amz-meta-sha256': digest.slice(7) }).end();
    });
    return await stack.store.put(NAME, body);
  };
  expect(await put(digestOf(body))).toMatchObject({ name: NAME, bytes: 5 });
  await expect(put(digestOf(randomBytes(5)))).rejects.toMatchObject({ code: 'EVENT_BODY_CONFLICT' });
});

test('a service that does not know "only if there is none" is not asked for it twice', async () => {
  await using stack = await answering((request, response) => {
    if (request.method === 'HEAD') response.writeHead(404).end();
    else response.writeHead(request.headers['if-none-match'] ? 501 : 200).end();
  });
  await stack.store.put('one', new Uint8Array(1));
  await stack.store.put('two', new Uint8Array(1));
  expect(stack.requests.map(({ method }) => method)).toEqual(['HEAD', 'PUT', 'PUT', 'HEAD', 'PUT']);
});

test('a body that is shorter, longer or another than it was is damaged', async () => {
  const body = randomBytes(100);
  const stored = { name: NAME, bytes: 100, digest: digestOf(body) };
  for (const wrong of [body.subarray(1), Buffer.concat([body, body]), randomBytes(100)]) {
    await using stack = await answering((_request, response) => response.writeHead(200).end(wrong));
    await expect(stack.store.get(stored)).rejects.toMatchObject({ code: 'EVENT_BODY_DAMAGED' });
  }
});

test('a connection that breaks in the middle of a body is away, not damage', async () => {
  const body = randomBytes(1_000_000);
  await using stack = await answering((_request, response) => {
    response.writeHead(200, { 'content-length': body.length });
    response.write(body.subarray(0, 1_000), () => response.destroy());
  });
  const stored = { name: NAME, bytes: body.length, digest: digestOf(body) };
  await expect(stack.store.get(stored)).rejects.toMatchObject({ code: 'EVENT_STORE_AWAY' });
});

test('a page of a proxy is no list: nobody may believe that the store is empty', async () => {
  await using stack = await answering((_request, response) =>
    response.writeHead(200, { 'content-type': 'text/html' }).end('<html><br>Sign in</html>'),
  );
  await expect(stack.store.list()).rejects.toMatchObject({ code: 'EVENT_STORE_AWAY' });
});

test('a list of many pages is read to its end', async () => {
  const entry = (key: string, day: number) =>
    `<Contents><Key>p/test/${key}</Key><LastModified>2026-11-0${day}T00:00:00.000Z</LastModified><Size>${day}</Size></Contents>`;
  const page = (entries: string, next: string) =>
    `<?xml version="1.0"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>events</Name>${entries}${next}</ListBucketResult>`;
  await using stack = await answering((request, response) => {
    const { searchParams } = new URL(request.url ?? '', 'http://x');
    const last = searchParams.get('continuation-token') === '1/2+3 =';
    response.end(
      last
        ? page(entry('a &amp; b', 1), '<IsTruncated>false</IsTruncated>')
        : page(
            entry('c', 3) + entry('d', 2),
            '<NextContinuationToken>1/2+3 =</NextContinuationToken><IsTruncated>true</IsTruncated>',
          ),
    );
  });
  const at = (day: number) => Date.UTC(2026, 10, day);
  expect(await stack.store.list()).toEqual([
    { name: 'a & b', bytes: 1, storedAt: at(1) },
    { name: 'd', bytes: 2, storedAt: at(2) },
    { name: 'c', bytes: 3, storedAt: at(3) },
  ]);
  expect(await stack.store.usage()).toEqual({ bytes: 6, maxBytes: null });
});

test('a service that goes away is told as away, and the same put is done once it is back', async () => {
  await using server = await s3Server();
  await using proxy = await tcpProxy(server.port);
  // What is signed holds the address that was asked.
  await using store = s3EventStore({ ...server.config, endpoint: `http://127.0.0.1:${proxy.port}` }, 'test');
  const body = randomBytes(1_000_000);
  await store.put('before', body);
  await proxy.cut();
  await expect(store.put(NAME, body)).rejects.toMatchObject({ code: 'EVENT_STORE_AWAY' });
  await proxy.mend();
  let stored = { name: '', bytes: 0, digest: '' };
  await until(async () => ((stored = await store.put(NAME, body)), true), { what: 'the service' });
  expect(body.equals(await store.get(stored))).toBe(true);
});

test('what is called off stops at once, also while the service hangs', async () => {
  await using stack = await answering(() => {});
  const stop = new AbortController();
  const putting = stack.store.put(NAME, randomBytes(10), stop.signal);
  await until(() => stack.requests.length > 0, { what: 'the request' });
  stop.abort();
  await expect(putting).rejects.toMatchObject({ name: 'AbortError' });
});
