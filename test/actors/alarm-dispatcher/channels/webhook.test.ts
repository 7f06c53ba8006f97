import type { ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import { openChannel } from '../../../../actors/alarm-dispatcher/channels/open.ts';
import { signatureOf } from '../../../../actors/alarm-dispatcher/channels/webhook.ts';
import { tcpProxy } from '../../../helpers/tcp-proxy.ts';
import { until } from '../../../helpers/until.ts';
import { answering, httpServer } from './http-server.ts';
import { aNotice } from './notices.ts';
import { configured, secretOf, services } from './services.ts';

const never = new AbortController().signal;
const CANARY = 'canary/of-a-"webhook"';
const KEY = 'canary-of-a-signing-key';

async function opened(section: object = {}) {
  const server = await httpServer();
  const world = services();
  const url = secretOf('TEST_WEBHOOK', `${server.url}/hooks/${encodeURIComponent(CANARY)}`);
  const config = configured({ kind: 'webhook', url, perMinute: 6000, timeout: '400ms', ...section });
  const channel = openChannel('shift', config, world);
  return {
    server,
    channel,
    world,
    async [Symbol.asyncDispose]() {
      await channel[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

test('every try of a notice has the same key, by which a receiver has it once', async () => {
  await using scene = await opened();
  await scene.channel.send(aNotice(), false, never);
  await expect(scene.channel.send(aNotice(), true, never)).resolves.toMatchObject({ doubtful: true });
  await scene.channel.send(aNotice({ number: 13 }), false, never);
  expect(scene.server.received.map(({ headers }) => headers['idempotency-key'])).toEqual([
    'shift%3A12',
    'shift%3A12',
    'shift%3A13',
  ]);
});

test('what is sent is signed with its time, and carries the headers that are configured', async () => {
  await using scene = await opened({
    authorization: secretOf('TEST_AUTHORIZATION', 'Bearer canary-of-a-bearer'),
    headers: { 'X-Team': secretOf('TEST_TEAM', 'numi') },
    signing: secretOf('TEST_SIGNING', KEY),
  });
  await scene.channel.send(aNotice(), false, never);
  const [received] = scene.server.received;
  expect(received?.headers).toMatchObject({ authorization: 'Bearer canary-of-a-bearer', 'x-team': 'numi' });
  const signature = String(received?.headers['x-spillway-signature']);
  expect(signature).toBe(signatureOf(KEY, Number(/t=(\d+)/.exec(signature)?.[1]), received?.body ?? ''));
});

test.each([
  [200, '<html>rubbish'],
  [204, ''],
])('answered %i %s: sent', async (status, text) => {
  await using scene = await opened();
  scene.server.answers.push(answering(status, text));
  await expect(scene.channel.send(aNotice(), false, never)).resolves.toMatchObject({ doubtful: false });
});

test.each([
  [302, '', 'CHANNEL_REFUSED', false],
  [400, 'payload refused', 'CHANNEL_REFUSED', false],
  [401, '', 'CHANNEL_REFUSED', false],
  [403, '', 'CHANNEL_REFUSED', false],
  [404, '', 'CHANNEL_REFUSED', false],
  [413, '', 'CHANNEL_REFUSED', false],
  [429, '', 'CHANNEL_LIMITED', false],
  [500, '', 'CHANNEL_AWAY', true],
  [502, '', 'CHANNEL_AWAY', true],
  [503, '', 'CHANNEL_AWAY', false],
] as const)('answered %i %s: %s, unclear: %s', async (status, text, code, unclear) => {
  await using scene = await opened();
  scene.server.answers.push(answering(status, text, { location: 'http://127.0.0.1:1/' }));
  await expect(scene.channel.send(aNotice(), false, never)).rejects.toMatchObject({ code, unclear });
  expect(scene.server.received).toHaveLength(1);
});

test.each([401, 403, 404, 410])('after %i nothing more is sent to that address', async status => {
  await using scene = await opened();
  scene.server.answers.push(answering(status));
  for (const number of [1, 2, 3]) {
    await expect(scene.channel.send(aNotice({ number }), false, never)).rejects.toMatchObject({
      retry: false,
    });
  }
  expect(scene.server.received).toHaveLength(1);
});

test('a server that asks for a second is given it', async () => {
  await using scene = await opened({ timeout: '5s' });
  scene.server.answers.push(answering(429, '', { 'retry-after': '1' }));
  await expect(scene.channel.send(aNotice(), false, never)).rejects.toMatchObject({
    code: 'CHANNEL_LIMITED',
  });
  const before = performance.now();
  await scene.channel.send(aNotice(), false, never);
  expect(performance.now() - before).toBeGreaterThan(900);
});

const breaking: readonly [string, (response: ServerResponse) => void][] = [
  ['resets the connection', response => response.destroy()],
  ['never answers', () => {}],
  [
    'breaks off within its answer',
    response => void response.writeHead(200, { 'content-length': '10' }).write('x'),
  ],
];
test.each(breaking)('a server that %s leaves a doubt, which the next try tells', async (_, answer) => {
  await using scene = await opened();
  scene.server.answers.push(answer);
  await expect(scene.channel.send(aNotice(), false, never)).rejects.toMatchObject({
    code: 'CHANNEL_AWAY',
    unclear: true,
  });
  await expect(scene.channel.send(aNotice(), false, never)).resolves.toMatchObject({ doubtful: true });
  await expect(scene.channel.send(aNotice({ number: 13 }), false, never)).resolves.toMatchObject({
    doubtful: false,
  });
});

test('a server that is not there leaves none', async () => {
  await using server = await httpServer();
  await using proxy = await tcpProxy(Number(new URL(server.url).port));
  const url = secretOf('TEST_WEBHOOK_AWAY', `http://127.0.0.1:${proxy.port}/hook`);
  await using channel = openChannel('shift', configured({ kind: 'webhook', url }), services());
  await proxy.cut();
  await expect(channel.send(aNotice(), false, never)).rejects.toMatchObject({
    code: 'CHANNEL_AWAY',
    unclear: false,
  });
  await proxy.mend();
  await expect(channel.send(aNotice(), false, never)).resolves.toMatchObject({ doubtful: false });
});

test('of an answer without end the beginning is read, and no more', async () => {
  await using scene = await opened({ timeout: '5s' });
  scene.server.answers.push(response => {
    const more = (): void => {
      while (!response.destroyed && response.write('x'.repeat(65_536)));
      if (!response.destroyed) response.once('drain', more);
    };
    more();
  });
  const sent = await scene.channel.send(aNotice(), false, never);
  expect(sent.detail.length).toBeLessThan(301);
});

test('a secret is told by nothing: not by errors, not by what a server gives back, not by the log', async () => {
  await using scene = await opened();
  const { pathname } = new URL(process.env['TEST_WEBHOOK'] ?? '');
  for (const status of [200, 400, 500, 404]) {
    scene.server.answers.push(answering(status, `no such hook: ${pathname} ${CANARY}`));
    const told = await scene.channel.send(aNotice(), false, never).catch((error: unknown) => {
      scene.world.log.error({ err: error }, 'not sent');
      return error instanceof Error ? `${error.message} ${error.stack}` : '';
    });
    expect(JSON.stringify(told)).not.toContain(pathname);
  }
  expect(scene.world.lines.join('')).not.toContain(pathname);
});

test('while a server hangs, whoever is told to stop stops', async () => {
  await using scene = await opened({ timeout: '60s' });
  scene.server.answers.push(() => {});
  const stop = new AbortController();
  const sending = scene.channel.send(aNotice(), false, stop.signal);
  await until(() => scene.server.received.length === 1);
  stop.abort(new Error('drain'));
  await expect(sending).rejects.toThrow('drain');
});
