import { z } from 'zod';
import { SpillwayError } from '../../protocol/errors.ts';
import { HEADERS } from '../../protocol/message.ts';
import { type AlarmChange, alarmChange } from '../../protocol/messages/alarm-change.ts';
import { type Notice, notice } from '../../protocol/messages/notice.ts';
import { eventTimeToMs, type Milliseconds } from '../../protocol/time.ts';
import type { Nats } from '../host/nats.ts';
import { quantiles } from './latencies.ts';
import { readStream } from './read-stream.ts';

/** A line of a webhook receiver's journal; it tells more. */
const JournalLine = z.object({ key: z.string(), receivedAt: z.number() });
export type Arrival = z.infer<typeof JournalLine>;

/** Whether what the alarms had to tell arrived at a webhook receiver, once. */
export interface Pages {
  /** Alarm transitions, told or not. */
  readonly transitions: number;
  /** Times an alarm became active. */
  readonly raised: number;
  readonly notices: number;
  readonly received: number;
  /** Notices that never arrived, by identity. */
  readonly missing: readonly string[];
  /** Transitions told in two notices, as `alarm:transition`. */
  readonly doubled: readonly string[];
  /** Requests that came again under the key of an earlier one: a receiver that knows the key drops them. */
  readonly repeated: number;
  /** From the device time stamp to the receiver, of first pages. */
  readonly latencyMs: { readonly p50: Milliseconds; readonly p99: Milliseconds; readonly max: Milliseconds };
}

/** Compares what was to be told on one channel with what arrived there. */
export function comparePages(
  changes: readonly AlarmChange[],
  notices: readonly Notice[],
  arrivals: readonly Arrival[],
): Pages {
  const arrivedAt = new Map<string, Milliseconds>();
  for (const { key, receivedAt } of arrivals) {
    if (!arrivedAt.has(key)) arrivedAt.set(key, receivedAt);
  }
  const told = new Set<string>();
  const doubled: string[] = [];
  const latencies: Milliseconds[] = [];
  for (const one of notices) {
    for (const { alarm, transitions } of [...one.items, ...one.covered]) {
      for (const transition of transitions) {
        const key = `${alarm}:${transition}`;
        if (told.has(key)) doubled.push(key);
        told.add(key);
      }
    }
    const received = arrivedAt.get(keyOf(one));
    if (one.kind !== 'page' || received === undefined) continue;
    for (const { eventTime, firing } of one.items) {
      if (eventTime && firing) latencies.push(received - eventTimeToMs(eventTime));
    }
  }
  return {
    transitions: changes.length,
    raised: changes.filter(({ from, to }) => to === 'unacknowledged' && from !== 'unacknowledged').length,
    notices: notices.length,
    received: arrivedAt.size,
    missing: notices.map(keyOf).filter(key => !arrivedAt.has(key)),
    doubled,
    repeated: arrivals.length - arrivedAt.size,
    latencyMs: { ...quantiles(latencies), max: Math.max(0, ...latencies) },
  };
}

/** The key under which a notice travels, with what a header cannot hold written otherwise. */
const keyOf = (one: Notice): string => encodeURIComponent(notice.identity(one));

/** @param receiver address of a webhook receiver that keeps a journal; `channel` is its name to the dispatcher */
export async function pages(
  nats: Nats,
  receiver: string,
  channel: string,
  fromMs: Milliseconds,
): Promise<Pages> {
  const changes: AlarmChange[] = [];
  for await (const message of readStream(nats, 'ALARM', fromMs)) {
    if (message.headers?.get(HEADERS.type) === alarmChange.type)
      changes.push(alarmChange.decode(message.data));
  }
  const notices: Notice[] = [];
  for await (const message of readStream(nats, 'NOTICE', fromMs)) {
    if (message.headers?.get(HEADERS.type) !== notice.type) continue;
    const one = notice.decode(message.data);
    if (one.channel === channel) notices.push(one);
  }
  const wanted = new Set(notices.map(keyOf));
  const arrivals = (await journalOf(receiver)).filter(({ key }) => wanted.has(key));
  return comparePages(changes, notices, arrivals);
}

/** @throws SpillwayError CHANNEL_AWAY */
async function journalOf(receiver: string): Promise<Arrival[]> {
  const response = await fetch(new URL('/journal', receiver)).catch((cause: unknown) => {
    throw new SpillwayError('CHANNEL_AWAY', 'the receiver does not tell what it was sent', { cause });
  });
  const lines = (await response.text()).split('\n').filter(line => line !== '');
  return lines.map(line => JournalLine.parse(JSON.parse(line)));
}
