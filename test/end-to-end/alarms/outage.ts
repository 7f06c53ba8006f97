import { setTimeout as pause } from 'node:timers/promises';
import { floodChange } from '../../../fixtures/alarm-flood.ts';
import { startReceiver } from '../../../fixtures/receiver/receiver.ts';
import { type AlarmChange, alarmChange } from '../../../protocol/messages/alarm-change.ts';
import { type Notice, notice, noticeOutcome } from '../../../protocol/messages/notice.ts';
import type { Milliseconds } from '../../../protocol/time.ts';
import type { Nats } from '../../../runtime/host/nats.ts';
import { publish } from '../../../runtime/host/publish.ts';
import { until } from '../../helpers/until.ts';
import { alarmSystem } from './alarm-system.ts';
import { accountsOf } from './judge.ts';
import { moodyReceiver, type Try } from './moody-receiver.ts';
import { bodiesOf } from './unbroken-run.ts';

export interface OutageOptions {
  /** How long the receiver answers 500, and how long it then does not answer at all. */
  readonly failsMs: Milliseconds;
  readonly hangsMs: Milliseconds;
  /** After how long the other channel is to hear of it, as in the configuration. */
  readonly failingAfter: string;
}

export interface Outage {
  readonly changes: readonly AlarmChange[];
  /** Notices of all channels. */
  readonly notices: readonly Notice[];
  readonly tries: readonly Try[];
  /** Idempotency keys in the order in which they were taken. */
  readonly taken: readonly string[];
  /** From when the receiver was well until it had been told everything. */
  readonly recoveredMs: Milliseconds;
}

const ALARMS = 12;
const EVERY_MS = 50;

/** Alarms that come and go all the time, told to a receiver that fails, then hangs, then is well again, and to another one. */
export async function outage({ failsMs, hangsMs, failingAfter }: OutageOptions): Promise<Outage> {
  await using first = await moodyReceiver();
  await using second = await startReceiver({ host: '127.0.0.1', port: 0, clock: Date.now });
  await using system = await alarmSystem({
    dispatcher: {
      channels: {
        first: { kind: 'webhook', url: { env: 'ALARM_FIRST_URL' }, timeout: '2s', perMinute: 6000 },
        second: { kind: 'webhook', url: { env: 'ALARM_SECOND_URL' }, perMinute: 6000 },
      },
      groupInterval: '200ms',
      failingAfter,
    },
    env: { ALARM_FIRST_URL: first.url, ALARM_SECOND_URL: `${second.url}/alerts` },
  });
  const { nats } = system;
  system.start('alarm-dispatcher');
  const toggling = new Toggling(nats);
  await toggling.tell();
  await until(() => first.tries.length > 0, { timeoutMs: 60_000, what: 'a first page' });
  first.mood = 'fails';
  await toggling.tellFor(failsMs);
  first.mood = 'hangs';
  await toggling.tellFor(hangsMs);
  await heard(nats, 'firing');
  first.mood = 'takes';
  const well = performance.now();
  await until(
    async () => {
      await pause(200);
      const changes = await bodiesOf(nats, 'ALARM', alarmChange);
      const notices = await bodiesOf(nats, 'NOTICE', notice);
      return ['first', 'second'].every(name => accountsOf({ changes, notices }, name).length === 0);
    },
    { timeoutMs: 120_000, what: 'every transition told' },
  );
  await heard(nats, 'resolved');
  await allSent(nats);
  const recoveredMs = performance.now() - well;
  return {
    changes: await bodiesOf(nats, 'ALARM', alarmChange),
    notices: await bodiesOf(nats, 'NOTICE', notice),
    tries: first.tries,
    taken: first.tries.filter(({ mood }) => mood === 'takes').map(({ key }) => decodeURIComponent(key)),
    recoveredMs,
  };
}

/** Alarms that come and go in turn, one in four of them MAJOR. */
class Toggling {
  readonly #nats: Nats;
  #step = 0;

  constructor(nats: Nats) {
    this.#nats = nats;
  }

  async tell(): Promise<void> {
    const index = this.#step % ALARMS;
    const transition = Math.floor(this.#step / ALARMS) + 1;
    this.#step++;
    const severity = index % 4 === 0 ? 'MAJOR' : 'MINOR';
    const alarm = `part-${index % 3}/alarm-${index}`;
    const body = floodChange(alarm, transition, transition % 2 === 1, severity, Date.now());
    await publish(this.#nats, { type: alarmChange, body }, [], { deadlineMs: 10_000 });
  }

  async tellFor(ms: Milliseconds): Promise<void> {
    const end = performance.now() + ms;
    while (performance.now() < end) {
      await this.tell();
      await pause(EVERY_MS);
    }
  }
}

/** What the second channel is told of the first. */
export const ofTheChannel = (notices: readonly Notice[]) =>
  notices
    .filter(({ channel }) => channel === 'second')
    .flatMap(({ items }) => items.filter(({ alarm }) => alarm === 'spillway/channels/first'));

const heard = (nats: Nats, status: 'firing' | 'resolved'): Promise<void> =>
  until(
    async () => {
      const last = ofTheChannel(await bodiesOf(nats, 'NOTICE', notice)).at(-1);
      return last !== undefined && last.firing === (status === 'firing');
    },
    { timeoutMs: 120_000, what: `word of the channel: ${status}` },
  );

const allSent = (nats: Nats): Promise<void> =>
  until(
    async () => {
      const outcomes = await bodiesOf(nats, 'OUTCOME', noticeOutcome);
      const sent = outcomes.filter(({ result }) => result === 'sent').length;
      return sent === (await bodiesOf(nats, 'NOTICE', notice)).length;
    },
    { timeoutMs: 120_000, what: 'an outcome of every notice' },
  );
