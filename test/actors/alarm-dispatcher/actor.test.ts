import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { alarmDispatcher } from '../../../actors/alarm-dispatcher/actor.ts';
import { AlarmDispatcherConfig } from '../../../actors/alarm-dispatcher/config.ts';
import { floodChange } from '../../../fixtures/alarm-flood.ts';
import { HEADERS } from '../../../protocol/message.ts';
import { type AlarmChange, alarmChange } from '../../../protocol/messages/alarm-change.ts';
import {
  alarmCommand,
  type CommandResult,
  noticeCommandResult,
} from '../../../protocol/messages/alarm-command.ts';
import { type Notice, type NoticeOutcome, notice, noticeOutcome } from '../../../protocol/messages/notice.ts';
import { type Silence, silence } from '../../../protocol/messages/silence.ts';
import { runActor } from '../../../runtime/host/host.ts';
import type { Nats } from '../../../runtime/host/nats.ts';
import { publish } from '../../../runtime/host/publish.ts';
import { hostOptions } from '../../helpers/host-options.ts';
import { natsServer } from '../../helpers/nats.ts';
import { allMessages, openTestNats } from '../../helpers/streams.ts';
import { until } from '../../helpers/until.ts';
import { silenceCommand, uuid } from './changes.ts';
import { accountsOf, Desk, webhook } from './desk.ts';

/** A webhook that takes everything but while it is `down`. */
async function receiver() {
  const posts: string[] = [];
  const state = { down: false };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (!state.down) posts.push(Buffer.concat(chunks).toString());
      response.writeHead(state.down ? 503 : 200).end();
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/alarms`;
  return {
    url,
    posts,
    state,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
}

/** A dispatcher in this process with the least configuration there is. */
async function dispatcherOn(url: string, hook: string, instance: string) {
  const nats = await openTestNats(url);
  const stop = new AbortController();
  process.env['TEST_LOCAL_HOOK'] = hook;
  const config = AlarmDispatcherConfig.parse({
    channels: { local: { kind: 'webhook', url: { env: 'TEST_LOCAL_HOOK' } } },
  });
  const ended = runActor(alarmDispatcher, config, hostOptions(nats, stop.signal, { instance }));
  return {
    async [Symbol.asyncDispose]() {
      stop.abort();
      await ended;
      await nats.connection.close();
    },
  };
}

const tell = (nats: Nats, body: AlarmChange) =>
  publish(nats, { type: alarmChange, body }, [], { deadlineMs: 10_000 });
const changeOf = (n: number, transition: number): AlarmChange =>
  floodChange(
    `beam/part-${n}/x`,
    transition,
    transition % 2 === 1,
    n % 3 === 0 ? 'MAJOR' : 'MINOR',
    Date.now(),
  );

async function bodies<Body>(
  nats: Nats,
  type: { type: string; stream: 'NOTICE' | 'OUTCOME'; decode(b: Uint8Array): Body },
) {
  const messages = await allMessages(nats, type.stream);
  return messages.filter(one => one.header.get(HEADERS.type) === type.type).map(one => type.decode(one.data));
}
const notices = (nats: Nats) => bodies<Notice>(nats, { ...notice, stream: 'NOTICE' });
const outcomes = (nats: Nats) => bodies<NoticeOutcome>(nats, { ...noticeOutcome, stream: 'OUTCOME' });

test('an alarm is at the webhook with nothing configured but its address; silences are answered and listed', async () => {
  await using server = await natsServer();
  await using nats = await openTestNats(server.url);
  await using hook = await receiver();
  await using _dispatcher = await dispatcherOn(server.url, hook.url, 'one');
  await tell(nats, changeOf(1, 1));
  await until(() => hook.posts.length === 1, { what: 'the alarm at the webhook' });
  expect(hook.posts[0]).toContain('beam/part-1/x');
  await until(async () => (await outcomes(nats)).length === 1, { what: 'the outcome' });
  expect(await outcomes(nats)).toMatchObject([{ channel: 'local', number: 1, result: 'sent', attempts: 1 }]);

  const command = silenceCommand(new Desk({ channels: { any: webhook() } }), {
    matchers: [{ name: 'area', value: 'beam/part-2' }],
    startsAt: { seconds: 0, nanoseconds: 0 },
    endsAt: { seconds: 4_000_000_000, nanoseconds: 0 },
  });
  await publish(nats, { type: alarmCommand, body: command }, [], { deadlineMs: 5_000 });
  const results = () => bodies<CommandResult>(nats, { ...noticeCommandResult, stream: 'NOTICE' });
  await until(async () => (await results()).length === 1, { what: 'the answer' });
  expect(await results()).toMatchObject([{ command: command.id, done: true }]);
  const [listed] = await bodies<Silence>(nats, { ...silence, stream: 'NOTICE' });
  expect(listed).toMatchObject({ silence: uuid(1), phase: 'active' });
});

test('what happens while the webhook is down is told once it is up, each transition once', {
  timeout: 60_000,
}, async () => {
  await using server = await natsServer();
  await using nats = await openTestNats(server.url);
  await using hook = await receiver();
  await using _dispatcher = await dispatcherOn(server.url, hook.url, 'one');
  hook.state.down = true;
  for (let transition = 1; transition <= 3; transition++) {
    for (let n = 0; n < 20; n++) await tell(nats, changeOf(n, transition));
  }
  await until(async () => (await outcomes(nats)).some(({ result }) => result === 'failing'), {
    what: 'a failure',
  });
  hook.state.down = false;
  const counts = async () =>
    [...accountsOf(await notices(nats)).values()].flatMap(account => [...account.values()]);
  await until(async () => (await counts()).length === 60, {
    what: 'every transition told',
    timeoutMs: 50_000,
  });
  expect(new Set(await counts())).toEqual(new Set([1]));
});

test('a dispatcher that takes over from another neither loses nor repeats a page', {
  timeout: 60_000,
}, async () => {
  await using server = await natsServer();
  await using nats = await openTestNats(server.url);
  await using hook = await receiver();
  {
    await using _one = await dispatcherOn(server.url, hook.url, 'one');
    await tell(nats, changeOf(0, 1));
    await until(() => hook.posts.length === 1, { what: 'the first page' });
    await using _spare = await dispatcherOn(server.url, hook.url, 'two');
    for (let n = 3; n < 12; n += 3) await tell(nats, changeOf(n, 1));
  }
  await using _three = await dispatcherOn(server.url, hook.url, 'three');
  for (let n = 12; n < 21; n += 3) await tell(nats, changeOf(n, 1));
  await until(async () => accountsOf(await notices(nats)).size === 7, {
    what: 'all pages',
    timeoutMs: 40_000,
  });
  await until(
    async () =>
      (await outcomes(nats)).filter(({ result }) => result === 'sent').length ===
      (await notices(nats)).length,
    {
      what: 'all sent',
      timeoutMs: 40_000,
    },
  );
  expect(hook.posts).toHaveLength((await notices(nats)).length);
  expect(new Set([...accountsOf(await notices(nats)).values()].map(account => account.get(1)))).toEqual(
    new Set([1]),
  );
});
