import { setTimeout as pause } from 'node:timers/promises';
import type { FloodTransition } from '../../../fixtures/alarm-flood.ts';
import { type DiscordStandIn, discordStandIn } from '../../../fixtures/discord/stand-in.ts';
import { startReceiver } from '../../../fixtures/receiver/receiver.ts';
import { type AlarmChange, alarmChange } from '../../../protocol/messages/alarm-change.ts';
import { type Notice, type NoticeOutcome, notice, noticeOutcome } from '../../../protocol/messages/notice.ts';
import { eventTimeFromMs, eventTimeToMs, type Milliseconds } from '../../../protocol/time.ts';
import type { Nats } from '../../../runtime/host/nats.ts';
import { publish } from '../../../runtime/host/publish.ts';
import { until } from '../../helpers/until.ts';
import { alarmSystem } from './alarm-system.ts';
import { accountsOf } from './judge.ts';
import { bodiesOf } from './unbroken-run.ts';

export interface FloodOptions {
  readonly flood: readonly FloodTransition[];
  /** How much faster than recorded it comes; limits are always those of a minute on the wall. */
  readonly speed: number;
  readonly perMinute: { readonly chat: number; readonly log: number };
  /** Channels that are waited for until they have been told everything. */
  readonly complete: readonly ('chat' | 'log')[];
  readonly patienceMs: Milliseconds;
}

export interface FloodOnTheWire {
  readonly changes: readonly AlarmChange[];
  readonly notices: readonly Notice[];
  readonly outcomes: readonly NoticeOutcome[];
  /** When each request was at the channel, and how Discord answered. */
  readonly log: readonly Milliseconds[];
  readonly chat: readonly { readonly at: Milliseconds; readonly status: number }[];
}

/** A flood through the real dispatcher, a process of its own, to a webhook receiver and to a Discord with Discord's limits. */
export async function floodOnTheWire(options: FloodOptions): Promise<FloodOnTheWire> {
  await using receiver = await startReceiver({ host: '127.0.0.1', port: 0, clock: Date.now });
  await using discord = await discordStandIn();
  const { chat, log } = options.perMinute;
  await using system = await alarmSystem({
    dispatcher: {
      channels: {
        chat: { kind: 'discord', webhook: { env: 'ALARM_CHAT_URL' }, perMinute: chat },
        log: { kind: 'webhook', url: { env: 'ALARM_LOG_URL' }, perMinute: log },
      },
    },
    env: { ALARM_CHAT_URL: discord.webhook, ALARM_LOG_URL: `${receiver.url}/alerts` },
  });
  const { nats } = system;
  system.start('alarm-dispatcher');
  await tellFlood(nats, options);
  const changes = await bodiesOf(nats, 'ALARM', alarmChange);
  const told = async () => {
    const notices = await bodiesOf(nats, 'NOTICE', notice);
    const outcomes = await bodiesOf(nats, 'OUTCOME', noticeOutcome);
    return { changes, notices, outcomes: outcomes.filter(({ result }) => result === 'sent') };
  };
  await until(
    async () => {
      await pause(500);
      const { notices, outcomes } = await told();
      return options.complete.every(name => {
        const of = (list: readonly { channel: string }[]) => list.filter(({ channel }) => channel === name);
        const answered = of(outcomes).length === of(notices).length;
        return answered && accountsOf({ changes, notices }, name).length === 0;
      });
    },
    { timeoutMs: options.patienceMs, what: 'every transition told' },
  );
  return {
    ...(await told()),
    log: receiver.received.map(({ receivedAt }) => receivedAt),
    chat: requestsOf(discord),
  };
}

const requestsOf = ({ journal }: DiscordStandIn) =>
  journal.map(({ at, status }) => ({ at: Date.parse(at), status }));

/** Each transition at its time, as if it were happening now; the connection keeps their order. */
async function tellFlood(nats: Nats, { flood, speed }: FloodOptions): Promise<void> {
  const [first] = flood;
  const begins = Date.now();
  const telling: Promise<unknown>[] = [];
  for (const { atMs, change } of flood) {
    const waitMs = begins + (atMs - (first?.atMs ?? 0)) / speed - Date.now();
    if (waitMs > 1) await pause(waitMs);
    const at = eventTimeFromMs(Date.now());
    telling.push(publish(nats, { type: alarmChange, body: { ...change, at } }, [], { deadlineMs: 60_000 }));
  }
  await Promise.all(telling);
}

/** The part of a flood, `lengthMs` long, that most transitions are in. */
export function worstPart(flood: readonly FloodTransition[], lengthMs: Milliseconds): FloodTransition[] {
  let [first, last, begin] = [0, 0, 0];
  for (const [end, { atMs }] of flood.entries()) {
    while ((flood[begin]?.atMs ?? atMs) <= atMs - lengthMs) begin++;
    if (end - begin > last - first) [first, last] = [begin, end];
  }
  return flood.slice(first, last + 1);
}

/** From when a MAJOR alarm that was well, or not there, was raised until the channel had confirmed the message that tells it, sorted. */
export function urgentDelays(
  { changes, notices, outcomes }: Pick<FloodOnTheWire, 'changes' | 'notices' | 'outcomes'>,
  channel: string,
  awayMs: Milliseconds,
): Milliseconds[] {
  const sentAt = new Map(
    outcomes.filter(one => one.channel === channel).map(({ number, at }) => [number, eventTimeToMs(at)]),
  );
  const toldAt = new Map<string, Milliseconds>();
  for (const one of notices) {
    if (one.channel !== channel) continue;
    for (const { alarm, transitions } of [...one.items, ...one.covered])
      for (const transition of transitions)
        toldAt.set(`${alarm}:${transition}`, sentAt.get(one.number) ?? Number.POSITIVE_INFINITY);
  }
  const clearedAt = new Map<string, Milliseconds>();
  const delays: Milliseconds[] = [];
  for (const { alarm, transition, at, severity } of changes) {
    const ms = eventTimeToMs(at);
    if (severity === 'NO_ALARM') clearedAt.set(alarm, ms);
    if (severity !== 'MAJOR' || ms - (clearedAt.get(alarm) ?? 0) < awayMs) continue;
    delays.push((toldAt.get(`${alarm}:${transition}`) ?? Number.POSITIVE_INFINITY) - ms);
  }
  return delays.toSorted((a, b) => a - b);
}
