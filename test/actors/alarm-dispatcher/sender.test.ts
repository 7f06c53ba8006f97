import { expect, test } from 'vitest';
import type { Channel, Sent } from '../../../actors/alarm-dispatcher/channels/channel.ts';
import { ChannelSender } from '../../../actors/alarm-dispatcher/sender.ts';
import { SpillwayError } from '../../../protocol/errors.ts';
import type { Notice, NoticeOutcome } from '../../../protocol/messages/notice.ts';
import type { Batch } from '../../../runtime/actor.ts';
import { fakeContext } from '../../helpers/fake-context.ts';
import { Changes } from './changes.ts';
import { Desk, discord } from './desk.ts';

const SENT: Sent = { reference: 'message-1', doubtful: false, detail: 'ok' };

/** A channel that does what it is told, try by try, and then sends. */
class ScriptedChannel implements Channel {
  readonly name = 'chat';
  readonly tries: { readonly number: number; readonly again: boolean }[] = [];
  readonly #script: (() => Promise<Sent>)[];

  constructor(...script: (() => Promise<Sent>)[]) {
    this.#script = script;
  }

  async send(notice: Notice, again: boolean, signal: AbortSignal): Promise<Sent> {
    this.tries.push({ number: notice.number, again });
    const next = this.#script.shift() ?? (async () => SENT);
    const aborted = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    });
    return Promise.race([next(), aborted]);
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

const fails = (code: 'CHANNEL_AWAY' | 'CHANNEL_LIMITED' | 'CHANNEL_REFUSED') => async () => {
  throw new SpillwayError(code, `the test says ${code}`);
};
const hangs = () => new Promise<Sent>(() => {});

function batchOf(again = false): Batch<Notice> {
  const desk = new Desk({ channels: { chat: discord() } });
  new Changes(desk).raise('beam/horn/a');
  const body = desk.notices[0];
  if (!body) throw new Error('no notice');
  const message = {
    type: 'notice/1',
    body,
    identity: 'chat:1',
    stream: 'NOTICE@1' as const,
    sequence: 1,
    storedAt: desk.now,
    subject: '',
    hops: [],
  };
  return { messages: [message], token: 'NOTICE@1:1-1', afterRefusal: false, again };
}

const outcomesOf = (context: ReturnType<typeof fakeContext>) =>
  context.published.map(({ body }) => {
    const { result, attempts, code, reference } = body as NoticeOutcome;
    return [result, attempts, code ?? reference];
  });

test('what is sent is told, with the name by which it can be edited', async () => {
  using context = fakeContext();
  await new ChannelSender(new ScriptedChannel(), context).deliver(batchOf());
  expect(outcomesOf(context)).toEqual([['sent', 1, 'message-1']]);
});

test('a short trouble is told once and gone over', async () => {
  using context = fakeContext({ random: () => -1 });
  const channel = new ScriptedChannel(fails('CHANNEL_AWAY'), fails('CHANNEL_LIMITED'));
  await new ChannelSender(channel, context).deliver(batchOf());
  expect(outcomesOf(context)).toEqual([
    ['failing', 1, 'CHANNEL_AWAY'],
    ['sent', 3, 'message-1'],
  ]);
});

test('a long trouble goes back to the host with the notice, and is not told at every try', async () => {
  using context = fakeContext({ random: () => -1 });
  const channel = new ScriptedChannel(...Array.from({ length: 6 }, () => fails('CHANNEL_AWAY')));
  const sender = new ChannelSender(channel, context);
  await expect(sender.deliver(batchOf())).rejects.toMatchObject({ code: 'CHANNEL_AWAY', retry: true });
  await sender.deliver(batchOf());
  expect(outcomesOf(context)).toEqual([
    ['failing', 1, 'CHANNEL_AWAY'],
    ['sent', 7, 'message-1'],
  ]);
});

test('a refusal is told and not tried again', async () => {
  using context = fakeContext();
  const channel = new ScriptedChannel(fails('CHANNEL_REFUSED'));
  await new ChannelSender(channel, context).deliver(batchOf());
  expect(channel.tries).toHaveLength(1);
  expect(outcomesOf(context)).toEqual([['refused', 1, 'CHANNEL_REFUSED']]);
});

test('the channel knows when an earlier life may have sent it', async () => {
  using context = fakeContext();
  const channel = new ScriptedChannel();
  await new ChannelSender(channel, context).deliver(batchOf(true));
  expect(channel.tries).toEqual([{ number: 1, again: true }]);
});

test('a channel that hangs does not hold its lane for ever', async () => {
  using context = fakeContext({ random: () => -1 });
  const sender = new ChannelSender(new ScriptedChannel(hangs), context, 20);
  await sender.deliver(batchOf());
  expect(outcomesOf(context)).toEqual([
    ['failing', 1, 'CHANNEL_AWAY'],
    ['sent', 2, 'message-1'],
  ]);
});

test('stopping leaves the notice for the next life, with nothing told of it', async () => {
  using context = fakeContext();
  const delivering = new ChannelSender(new ScriptedChannel(hangs), context).deliver(batchOf());
  context.abort();
  await expect(delivering).rejects.toMatchObject({ name: 'AbortError' });
  expect(context.published).toEqual([]);
});

test('an outcome that cannot be stored brings the notice again, and then it is told and not sent a second time', async () => {
  using context = fakeContext();
  const stores = context.onPublish;
  context.onPublish = async () => {
    throw new SpillwayError('PUBLISH_FAILED', 'no');
  };
  const channel = new ScriptedChannel();
  const sender = new ChannelSender(channel, context);
  await expect(sender.deliver(batchOf())).rejects.toMatchObject({ code: 'PUBLISH_FAILED' });
  await expect(sender.deliver(batchOf())).rejects.toMatchObject({ code: 'PUBLISH_FAILED' });
  context.onPublish = stores;
  await sender.deliver(batchOf());
  expect(channel.tries).toHaveLength(1);
  expect(outcomesOf(context)).toEqual([['sent', 1, 'message-1']]);
});

test('word of a trouble that could not be stored is told with the next try', async () => {
  using context = fakeContext({ random: () => -1 });
  const stores = context.onPublish;
  context.onPublish = async () => {
    throw new SpillwayError('PUBLISH_FAILED', 'no');
  };
  const sender = new ChannelSender(
    new ScriptedChannel(fails('CHANNEL_AWAY'), fails('CHANNEL_AWAY')),
    context,
  );
  await expect(sender.deliver(batchOf())).rejects.toMatchObject({ code: 'PUBLISH_FAILED' });
  context.onPublish = stores;
  await sender.deliver(batchOf());
  expect(outcomesOf(context)).toEqual([
    ['failing', 2, 'CHANNEL_AWAY'],
    ['sent', 3, 'message-1'],
  ]);
});
