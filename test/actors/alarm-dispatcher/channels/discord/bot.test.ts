import { expect, test } from 'vitest';
import { openChannel } from '../../../../../actors/alarm-dispatcher/channels/open.ts';
import type { Message } from '../../../../../fixtures/discord/guild.ts';
import { modalOf, type Person } from '../../../../../fixtures/discord/people.ts';
import { discordStandIn, type StandInOptions } from '../../../../../fixtures/discord/stand-in.ts';
import { SpillwayError } from '../../../../../protocol/errors.ts';
import { tcpProxy } from '../../../../helpers/tcp-proxy.ts';
import { until } from '../../../../helpers/until.ts';
import { aNotice, anItem } from '../notices.ts';
import { configured, secretOf, services } from '../services.ts';

const WIDE = { route: { requests: 1000, windowMs: 1000 } };
const SHIFTERS = '111111111111111111';
const ANNA: Person = { id: '222222222222222222', username: 'anna', nick: 'Anna B.', roles: [SHIFTERS] };
const MALLORY: Person = { id: '333333333333333333', username: 'mallory', roles: ['444444444444444444'] };
const never = new AbortController().signal;

async function opened(section: object = {}, options: StandInOptions = {}) {
  const discord = await discordStandIn({ rates: WIDE, ...options });
  const parts = services();
  const bot = {
    token: secretOf('TEST_DISCORD_BOT', discord.botToken),
    channel: discord.channel,
    api: discord.api,
    commanders: { roles: [SHIFTERS] },
  };
  const config = configured({ kind: 'discord', bot, perMinute: 6000, timeout: '2s', ...section });
  const open = () => openChannel('shift', config, parts);
  const channel = open();
  return {
    discord,
    parts,
    channel,
    open,
    connected: () => until(() => discord.gateway.connected === 1, { what: 'the gateway' }),
    async [Symbol.asyncDispose]() {
      await channel[Symbol.asyncDispose]();
      await discord[Symbol.asyncDispose]();
    },
  };
}

type Part = {
  readonly custom_id: string;
  readonly label?: string;
  readonly options?: readonly { readonly value: string }[];
};
const parts = (message: Message | undefined): Part[] =>
  (message?.components ?? []).flatMap(row => row.components as readonly Part[]);
const labels = (message: Message | undefined) => parts(message).map(({ label }) => label);
const buttonOf = (message: Message | undefined, label: string): string =>
  parts(message).find(part => part.label?.startsWith(label))?.custom_id ?? `no button ${label}`;

test('an alarm is acknowledged where people are, with name and note, and the message says so', async () => {
  await using scene = await opened();
  const { discord, channel } = scene;
  await scene.connected();
  await channel.send(aNotice(), false, never);
  const [message] = discord.messages();
  expect(labels(message)).toEqual(['Acknowledge', 'Shelve', 'Take over']);

  const pressed = await discord.people.press(ANNA, message?.id ?? '', buttonOf(message, 'Acknowledge'));
  expect(modalOf(pressed).components[0]?.component.value).toBe('Anna B.');
  const submitted = await discord.people.submit(pressed, { note: 'calling the expert' });
  await until(() => submitted.shown.length > 0);
  expect(submitted.answer).toEqual({ type: 5, data: { flags: 64 } });
  expect(submitted.shown).toEqual(['Done: beam/horn/current: done']);
  expect(scene.parts.commands).toMatchObject([
    {
      kind: 'acknowledge',
      alarm: 'beam/horn/current',
      expected: 7,
      by: 'Anna B.',
      note: 'calling the expert',
      origin: 'chat',
      from: `discord:${ANNA.id}`,
    },
  ]);
  await until(() => labels(discord.messages()[0]).includes('Acknowledged by Anna B.'));
});

test('shelving asks for how long and why, and a time that is not understood is told so', async () => {
  await using scene = await opened();
  const { discord, channel } = scene;
  await scene.connected();
  await channel.send(aNotice(), false, never);
  const [message] = discord.messages();
  const press = () => discord.people.press(ANNA, message?.id ?? '', buttonOf(message, 'Shelve'));
  const wrong = await discord.people.submit(await press(), { for: 'a while', note: 'magnet work' });
  expect(wrong.shown).toEqual([expect.stringContaining('30m or 2h')]);
  expect(scene.parts.commands).toEqual([]);
  await discord.people.submit(await press(), { for: '30m', note: 'magnet work' });
  await until(() => scene.parts.commands.length > 0);
  expect(scene.parts.commands).toMatchObject([
    { kind: 'shelve', durationMs: 1_800_000, reason: 'magnet work' },
  ]);
});

test('whoever is not a commander gets no form, whatever they press', async () => {
  await using scene = await opened();
  const { discord, channel } = scene;
  await scene.connected();
  await channel.send(aNotice(), false, never);
  const [message] = discord.messages();
  const pressed = await discord.people.press(MALLORY, message?.id ?? '', buttonOf(message, 'Take over'));
  expect(pressed.answer).toMatchObject({ type: 4, data: { flags: 64 } });
  // A form that was opened by one is not to be sent by another.
  const pressedByAnna = await discord.people.press(ANNA, message?.id ?? '', buttonOf(message, 'Take over'));
  const stolen = await discord.people.submit({ ...pressedByAnna, person: MALLORY }, {});
  expect(stolen.shown).toEqual([expect.stringContaining('may not command')]);
  expect(scene.parts.commands).toEqual([]);
});

test('a form filled in while the alarm changes acts on nothing and says so', async () => {
  await using scene = await opened();
  const { discord, channel } = scene;
  await scene.connected();
  const { reference = '' } = await channel.send(aNotice(), false, never);
  const [message] = discord.messages();
  const pressed = await discord.people.press(ANNA, message?.id ?? '', buttonOf(message, 'Acknowledge'));
  await channel.send(
    aNotice({ number: 13, edits: reference, items: [anItem({ transition: 8 })] }),
    false,
    never,
  );
  const submitted = await discord.people.submit(pressed, {});
  await until(() => submitted.shown.length > 0);
  expect(submitted.shown).toEqual(['1 of 1 has changed since you looked: please look again.']);
  expect(scene.parts.commands).toEqual([]);
});

test('of several alarms in a message, all or only some are acknowledged', async () => {
  await using scene = await opened();
  const { discord, channel } = scene;
  await scene.connected();
  const items = [
    anItem({ alarm: 'beam/a' }),
    anItem({ alarm: 'beam/b' }),
    anItem({ alarm: 'beam/c', state: 'acknowledged' }),
    anItem({ alarm: 'elog', transition: 0 }),
  ];
  await channel.send(aNotice({ items }), false, never);
  const [message] = discord.messages();
  expect(labels(message)).toEqual(['Acknowledge 2', 'Shelve 3', 'Take over 3', undefined]);
  const choice = parts(message).find(({ options }) => options !== undefined);
  const second = choice?.options?.[1]?.value ?? '';
  const pressed = await discord.people.press(ANNA, message?.id ?? '', choice?.custom_id ?? '', [second]);
  await discord.people.submit(pressed, {});
  await until(() => scene.parts.commands.length === 1);
  expect(scene.parts.commands).toMatchObject([{ alarm: 'beam/b' }]);
  const all = await discord.people.press(ANNA, message?.id ?? '', buttonOf(message, 'Acknowledge'));
  await discord.people.submit(all, {});
  await until(() => scene.parts.commands.length === 3);
});

test('what the engine refuses or does not answer is told to whoever asked', async () => {
  await using scene = await opened();
  const { discord, channel, parts: world } = scene;
  await scene.connected();
  world.answer = async ({ id, kind, at }) => ({
    command: id,
    kind,
    done: false,
    code: 'COMMAND_STALE',
    message: 'Bob has *acknowledged* it',
    at,
  });
  await channel.send(aNotice(), false, never);
  const [message] = discord.messages();
  const ask = async () => {
    const pressed = await discord.people.press(ANNA, message?.id ?? '', buttonOf(message, 'Acknowledge'));
    const submitted = await discord.people.submit(pressed, {});
    await until(() => submitted.shown.length > 0);
    return submitted.shown;
  };
  expect(await ask()).toEqual(['Not done: beam/horn/current: Bob has \\*acknowledged\\* it']);
  world.answer = async () => {
    throw new SpillwayError('NOT_ANSWERED', 'stored, and nobody has answered');
  };
  expect(await ask()).toEqual(['Not known: beam/horn/current: stored, and nobody has answered']);
});

test('an interaction that Discord tells twice is one command', async () => {
  await using scene = await opened();
  const { discord, channel } = scene;
  await scene.connected();
  await channel.send(aNotice(), false, never);
  const [message] = discord.messages();
  const dispatch = discord.gateway.dispatch.bind(discord.gateway);
  discord.gateway.dispatch = (t, d) => {
    dispatch(t, d);
    dispatch(t, d);
  };
  const pressed = await discord.people.press(ANNA, message?.id ?? '', buttonOf(message, 'Acknowledge'));
  await discord.people.submit(pressed, {});
  await until(() => scene.parts.commands.length > 0);
  expect(new Set(scene.parts.commands.map(({ id }) => id)).size).toBe(1);
});

test('after a crash the bot looks before it speaks: a message that had arrived is found, not doubled', async () => {
  await using scene = await opened();
  const { discord, channel, open } = scene;
  // The gateway, which asks for its address, must not get the fault.
  await scene.connected();
  discord.faults.push({ kind: 'reset-after' });
  await expect(channel.send(aNotice(), false, never)).rejects.toMatchObject({ code: 'CHANNEL_AWAY' });
  expect(discord.messages()).toHaveLength(1);
  await using later = open();
  const sent = await later.send(aNotice(), true, never);
  expect(sent).toMatchObject({ doubtful: false, reference: discord.messages()[0]?.id });
  await later.send(aNotice({ number: 13 }), true, never);
  expect(discord.messages()).toHaveLength(2);
});

test('within minutes Discord itself knows the message by its nonce', async () => {
  await using scene = await opened();
  const { discord, channel, open } = scene;
  await channel.send(aNotice(), false, never);
  await using later = open();
  await later.send(aNotice(), false, never);
  expect(discord.messages()).toHaveLength(1);
});

test('an incident has its thread, and what is told later goes there', async () => {
  await using scene = await opened({ threads: true });
  const { discord, channel } = scene;
  const { thread = '', reference = '' } = await channel.send(aNotice(), false, never);
  expect(thread).toBe(reference);
  const later = await channel.send(aNotice({ number: 13, kind: 'escalation', thread }), false, never);
  expect(later).toMatchObject({ thread, reference: `${thread}/${discord.messages()[1]?.id}` });
  expect(discord.messages().map(({ channel_id }) => channel_id)).toEqual([discord.channel, thread]);
});

test('whatever becomes of a thread or a message, the next word about the incident finds its place', async () => {
  await using scene = await opened({ threads: true });
  const { discord, channel } = scene;
  const { thread = '', reference = '' } = await channel.send(aNotice(), false, never);
  discord.guild.close(thread);
  const later = await channel.send(aNotice({ number: 13, kind: 'repeat', thread }), true, never);
  expect(later.reference).toBe(discord.messages()[1]?.id);
  expect(later.thread).toBe(later.reference);
  discord.guild.place(discord.channel).messages.clear();
  const anew = await channel.send(aNotice({ number: 14, kind: 'update', edits: reference }), false, never);
  expect(anew).toMatchObject({ detail: 'posted', reference: discord.messages()[0]?.id });
});

test('a connection that drops is resumed, and a press made meanwhile is not lost', async () => {
  await using scene = await opened();
  const { discord, channel } = scene;
  await scene.connected();
  await channel.send(aNotice(), false, never);
  const [message] = discord.messages();
  discord.gateway.drop();
  await until(() => discord.gateway.connected === 0);
  const pressed = await discord.people.press(ANNA, message?.id ?? '', buttonOf(message, 'Acknowledge'));
  expect(modalOf(pressed).title).toBe('Acknowledge');
  expect(discord.gateway.counts).toEqual({ identified: 1, resumed: 1 });
});

test('while Discord is away nothing is hammered, and the buttons come back with it', async () => {
  await using discord = await discordStandIn({ rates: WIDE });
  await using proxy = await tcpProxy(Number(new URL(discord.api).port));
  const world = services();
  const api = `http://127.0.0.1:${proxy.port}/api`;
  const token = secretOf('TEST_DISCORD_BOT', discord.botToken);
  const bot = { token, channel: discord.channel, api, commanders: { roles: [SHIFTERS] } };
  await using channel = openChannel('shift', configured({ kind: 'discord', bot }), world);
  await until(() => discord.gateway.connected === 1);
  await proxy.cut();
  const failures = () => world.lines.filter(line => line.includes('away')).length;
  await until(() => failures() >= 2, { timeoutMs: 20_000 });
  await expect(channel.send(aNotice(), false, never)).rejects.toMatchObject({
    code: 'CHANNEL_AWAY',
    unclear: false,
  });
  await proxy.mend();
  await until(() => discord.gateway.connected === 1, { timeoutMs: 20_000 });
  expect(failures()).toBeLessThan(6);
});

test('a session that Discord has forgotten is begun anew', async () => {
  await using scene = await opened();
  const { discord } = scene;
  await scene.connected();
  discord.gateway.forget();
  discord.gateway.drop();
  await until(() => discord.gateway.counts.identified === 2, { timeoutMs: 20_000 });
  expect(discord.gateway.counts.resumed).toBe(0);
});

test('without commanders there are no buttons and no gateway', async () => {
  await using discord = await discordStandIn({ rates: WIDE });
  const bot = {
    token: secretOf('TEST_DISCORD_BOT', discord.botToken),
    channel: discord.channel,
    api: discord.api,
  };
  await using channel = openChannel('shift', configured({ kind: 'discord', bot }), services());
  await channel.send(aNotice(), false, never);
  expect(discord.messages()[0]?.components).toEqual([]);
  expect(discord.journal.map(({ route }) => route)).toEqual(['/channels/:channel/messages']);
});

test('a token that is not valid is refused once, and told without the token', async () => {
  await using discord = await discordStandIn({ rates: WIDE });
  const world = services();
  const bot = {
    token: secretOf('TEST_DISCORD_WRONG', 'wrong-bot-token'),
    channel: discord.channel,
    api: discord.api,
    commanders: { roles: [SHIFTERS] },
  };
  await using channel = openChannel('shift', configured({ kind: 'discord', bot }), world);
  for (const number of [1, 2]) {
    await expect(channel.send(aNotice({ number }), false, never)).rejects.toMatchObject({
      code: 'CHANNEL_REFUSED',
    });
  }
  await until(() => world.lines.length > 0);
  expect(discord.journal.filter(({ method }) => method === 'POST').length).toBeLessThan(2);
  expect(world.lines.join('')).not.toContain('wrong-bot-token');
});
