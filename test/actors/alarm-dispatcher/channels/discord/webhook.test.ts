import { expect, test } from 'vitest';
import { openChannel } from '../../../../../actors/alarm-dispatcher/channels/open.ts';
import {
  type DiscordStandIn,
  discordStandIn,
  type StandInOptions,
} from '../../../../../fixtures/discord/stand-in.ts';
import { aNotice, anItem } from '../notices.ts';
import { configured, secretOf, services } from '../services.ts';

const WIDE = { route: { requests: 1000, windowMs: 1000 } };
const never = new AbortController().signal;

async function opened(section: object = {}, options: StandInOptions = { rates: WIDE }) {
  const discord = await discordStandIn(options);
  const parts = services();
  const webhook = secretOf('TEST_DISCORD_WEBHOOK', discord.webhook);
  const config = configured({ kind: 'discord', webhook, perMinute: 6000, timeout: '2s', ...section });
  const channel = openChannel('shift', config, parts);
  return {
    discord,
    channel,
    parts,
    async [Symbol.asyncDispose]() {
      await channel[Symbol.asyncDispose]();
      await discord[Symbol.asyncDispose]();
    },
  };
}

const posts = ({ journal }: DiscordStandIn) => journal.filter(({ method }) => method === 'POST');

test('an incident is one message, edited through its life', async () => {
  await using scene = await opened();
  const { channel, discord } = scene;
  const first = await channel.send(aNotice(), false, never);
  expect(first).toMatchObject({ doubtful: false, detail: 'posted' });
  const items = [anItem({ firing: false, state: 'normal', transition: 8 })];
  const edited = await channel.send(
    aNotice({ items, number: 13, kind: 'update', edits: first.reference ?? '' }),
    false,
    never,
  );
  expect(edited).toMatchObject({ reference: first.reference, doubtful: false, detail: 'edited' });
  expect(discord.messages()).toHaveLength(1);
  expect(discord.messages()[0]?.embeds?.[0]).toMatchObject({ title: /^RETURNED/ });
  expect(discord.messages()[0]?.edited_timestamp).not.toBeNull();
});

test('a message that somebody has deleted is posted anew', async () => {
  await using scene = await opened();
  const { channel, discord } = scene;
  const { reference = '' } = await channel.send(aNotice(), false, never);
  discord.guild.place(discord.channel).messages.clear();
  const anew = await channel.send(aNotice({ number: 13, edits: reference }), false, never);
  expect(anew).toMatchObject({ detail: 'posted', doubtful: false });
  expect(anew.reference).not.toBe(reference);
});

test('in a forum every incident is a thread, and its messages are edited there', async () => {
  await using discord = await discordStandIn({ rates: WIDE });
  const webhook = secretOf('TEST_DISCORD_FORUM', discord.forumWebhook);
  await using channel = openChannel(
    'forum',
    configured({ kind: 'discord', webhook, threads: true }),
    services(),
  );
  const { reference = '', thread = '' } = await channel.send(aNotice(), false, never);
  expect(reference).toBe(`${thread}/${discord.messages()[0]?.id}`);
  await channel.send(aNotice({ number: 13, edits: reference, thread }), false, never);
  await channel.send(aNotice({ number: 14, kind: 'escalation', thread }), false, never);
  expect(discord.messages().map(({ channel_id }) => channel_id)).toEqual([thread, thread]);
  discord.guild.close(thread);
  const elsewhere = await channel.send(aNotice({ number: 15, kind: 'repeat', thread }), false, never);
  expect(elsewhere.thread).not.toBe(thread);
});

test('a deleted webhook is refused once and never asked again', async () => {
  await using scene = await opened();
  const { channel, discord } = scene;
  discord.deleteWebhooks();
  for (const number of [1, 2, 3]) {
    await expect(channel.send(aNotice({ number }), false, never)).rejects.toMatchObject({
      code: 'CHANNEL_REFUSED',
      retry: false,
    });
  }
  expect(discord.journal).toHaveLength(1);
});

test('a bucket that is empty is waited for, and nothing is answered 429', async () => {
  await using scene = await opened({}, { rates: { route: { requests: 2, windowMs: 300 } } });
  const { channel, discord } = scene;
  for (const number of [1, 2, 3, 4, 5]) await channel.send(aNotice({ number }), false, never);
  expect(discord.messages()).toHaveLength(5);
  expect(discord.journal.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
});

test('a long pause is told as CHANNEL_LIMITED, and nothing is sent before it is over', async () => {
  await using scene = await opened(
    { timeout: '1s' },
    { rates: { ...WIDE, shared: { requests: 1, windowMs: 60_000 } } },
  );
  const { channel, discord } = scene;
  await channel.send(aNotice({ number: 1 }), false, never);
  for (const number of [2, 2, 2]) {
    await expect(channel.send(aNotice({ number }), false, never)).rejects.toMatchObject({
      code: 'CHANNEL_LIMITED',
    });
  }
  expect(discord.journal.map(({ status }) => status)).toEqual([200, 429]);
});

test('what Discord refuses to lay out is said in plain words instead of being lost', async () => {
  await using scene = await opened();
  const { channel, discord } = scene;
  discord.faults.push({
    kind: 'answer',
    status: 400,
    body: JSON.stringify({ code: 50_035, message: 'Invalid Form Body' }),
    headers: { 'content-type': 'application/json' },
  });
  await channel.send(aNotice(), false, never);
  expect(posts(discord).map(({ status }) => status)).toEqual([400, 200]);
  expect(discord.messages()[0]).toMatchObject({ embeds: [] });
  expect(discord.messages()[0]?.content).toContain('Horn current');
});

test.each([
  ['reset-after', { kind: 'reset-after' }, 2],
  ['reset-before', { kind: 'reset-before' }, 1],
  ['502 after it was taken', { kind: 'answer-after', status: 502 }, 2],
  ['hang', { kind: 'hang' }, 1],
  ['200 with rubbish', { kind: 'answer', status: 200, body: '<html>' }, 1],
] as const)(
  '%s: tried again by the caller alone, and then marked as perhaps double',
  async (_, fault, count) => {
    await using scene = await opened({ timeout: '300ms' });
    const { channel, discord } = scene;
    discord.faults.push(fault);
    await expect(channel.send(aNotice(), false, never)).rejects.toMatchObject({
      code: 'CHANNEL_AWAY',
      retry: true,
    });
    const sent = await channel.send(aNotice(), false, never);
    expect(sent.doubtful).toBe(true);
    expect(discord.messages()).toHaveLength(count);
    expect(discord.messages().at(-1)?.content).toContain('perhaps told twice');
  },
);

test('a server that is not there leaves no doubt', async () => {
  const webhook = secretOf(
    'TEST_DISCORD_AWAY',
    'http://127.0.0.1:1/api/webhooks/123456789012345678/secret-token',
  );
  await using channel = openChannel('shift', configured({ kind: 'discord', webhook }), services());
  await expect(channel.send(aNotice(), false, never)).rejects.toMatchObject({
    code: 'CHANNEL_AWAY',
    unclear: false,
    message: expect.not.stringContaining('secret-token'),
  });
});

test('told to stop, it stops waiting at once, with the reason of who stopped it', async () => {
  await using scene = await opened({ timeout: '60s' });
  const { channel, discord } = scene;
  discord.faults.push({ kind: 'hang' });
  const stop = new AbortController();
  const sending = channel.send(aNotice(), false, stop.signal);
  const reason = new Error('drain');
  setImmediate(() => stop.abort(reason));
  await expect(sending).rejects.toBe(reason);
});
