import type { AlarmDispatcherConfig } from '../../../actors/alarm-dispatcher/config.ts';
import { AlarmDispatcherConfig as Config } from '../../../actors/alarm-dispatcher/config.ts';
import { dispatch, wakeAt } from '../../../actors/alarm-dispatcher/fold/dispatch.ts';
import { DispatcherState, initialState } from '../../../actors/alarm-dispatcher/fold/state.ts';
import { type DispatchPlan, planOf } from '../../../actors/alarm-dispatcher/plan.ts';
import type { MessageType } from '../../../protocol/message.ts';
import { type AlarmChange, alarmChange } from '../../../protocol/messages/alarm-change.ts';
import {
  type AlarmCommand,
  alarmCommand,
  type CommandResult,
  noticeCommandResult,
} from '../../../protocol/messages/alarm-command.ts';
import { machineMode } from '../../../protocol/messages/machine-mode.ts';
import { type Notice, type NoticeOutcome, notice, noticeOutcome } from '../../../protocol/messages/notice.ts';
import { notification, parseNotification } from '../../../protocol/messages/notification.ts';
import { type Silence, silence } from '../../../protocol/messages/silence.ts';
import { wake } from '../../../protocol/messages/wake.ts';
import { eventTimeFromMs } from '../../../protocol/time.ts';
import type { Delivered } from '../../../runtime/actor.ts';

export const START = Date.UTC(2026, 10, 21, 8);

/** A chat that edits, under a name of the test's choosing; its secret is given through the environment. */
export const discord = (over: object = {}) => ({
  kind: 'discord',
  webhook: { env: 'TEST_DISCORD_WEBHOOK' },
  ...over,
});
export const webhook = (over: object = {}) => ({
  kind: 'webhook',
  url: { env: 'TEST_WEBHOOK_URL' },
  ...over,
});
export const slack = (over: object = {}) => ({ kind: 'slack', url: { env: 'TEST_WEBHOOK_URL' }, ...over });

export function configOf(input: object): AlarmDispatcherConfig {
  process.env['TEST_DISCORD_WEBHOOK'] = 'http://127.0.0.1:9/api/webhooks/123456789012345678/test-token-0000';
  process.env['TEST_WEBHOOK_URL'] = 'http://127.0.0.1:9/hook-of-the-test';
  return Config.parse(input);
}

/** How a channel takes a notice; `undefined` never answers. */
export type Answer = Partial<NoticeOutcome> & { readonly afterMs: number };

/** The fold with virtual time, wake-ups, and channels that answer. */
export class Desk {
  readonly plan: DispatchPlan;
  state: DispatcherState = initialState();
  now = START;
  readonly notices: Notice[] = [];
  readonly silences: Silence[] = [];
  readonly results: CommandResult[] = [];
  /** When each notice was on the wire, by channel. */
  readonly sent = new Map<string, number[]>();
  answer: (notice: Notice) => Answer | undefined = ({ channel, number }) => ({
    afterMs: 50,
    ...(this.plan.channels.get(channel)?.edits ? { reference: `message-${number}` } : {}),
  });
  #sequence = 0;
  #outcomes: { readonly at: number; readonly body: NoticeOutcome }[] = [];

  constructor(config: object) {
    this.plan = planOf(configOf(config));
  }

  /** Gives one message at the present time. @returns the notices that came of it */
  give<Body>(type: MessageType<Body>, body: Body): Notice[] {
    const message: Delivered<Body> = {
      type: type.type,
      body,
      identity: type.identity(body),
      stream: 'ALARM@1',
      sequence: ++this.#sequence,
      storedAt: this.now,
      subject: '',
      hops: [],
    };
    const { state, outputs } = dispatch(this.plan, this.state, message);
    this.state = state;
    const told: Notice[] = [];
    for (const output of outputs) {
      if (output.type === notice) told.push(notice.decode(notice.encode(output.body as Notice)));
      else if (output.type === silence) this.silences.push(output.body as Silence);
      else if (output.type === noticeCommandResult) this.results.push(output.body as CommandResult);
    }
    for (const one of told) this.#send(one);
    this.notices.push(...told);
    return told;
  }

  change = (body: AlarmChange) => this.give(alarmChange, body);
  command = (body: AlarmCommand) => this.give(alarmCommand, body);
  notify = (body: object) => this.give(notification, parseNotification(body));
  outcome = (body: NoticeOutcome) => this.give(noticeOutcome, body);
  mode = (mode: string) =>
    this.give(machineMode, { mode, from: '', at: eventTimeFromMs(this.now), reason: '', by: '' });

  /** Lets time pass, with everything that it brings, until so many milliseconds later. */
  pass(ms: number): Notice[] {
    const until = this.now + ms;
    const from = this.notices.length;
    for (;;) {
      const woken = wakeAt(this.state) ?? Number.POSITIVE_INFINITY;
      const answered = this.#outcomes[0]?.at ?? Number.POSITIVE_INFINITY;
      const next = Math.min(woken, answered);
      if (next > until) break;
      this.now = Math.max(this.now, next);
      const due = answered <= woken ? this.#outcomes.shift() : undefined;
      if (due) this.outcome(due.body);
      else this.give(wake, { actor: 'alarm-dispatcher', at: eventTimeFromMs(this.now) });
    }
    this.now = until;
    return this.notices.slice(from);
  }

  /** What a crash leaves: the state as JSON. */
  restart(): void {
    this.state = DispatcherState.parse(JSON.parse(JSON.stringify(this.state)));
  }

  #send(one: Notice): void {
    const answer = this.answer(one);
    if (!answer) return;
    const { afterMs, ...over } = answer;
    const body: NoticeOutcome = {
      channel: one.channel,
      number: one.number,
      incident: one.incident,
      result: 'sent',
      detail: '',
      attempts: 1,
      doubtful: false,
      at: eventTimeFromMs(this.now + afterMs),
      ...over,
    };
    if (body.result === 'sent') {
      // Anywhere between the decision and the answer: the two ends are the hardest on a limit.
      const wire = one.number % 2 === 0 ? this.now : this.now + afterMs;
      this.sent.set(one.channel, [...(this.sent.get(one.channel) ?? []), wire]);
    }
    this.#outcomes.push({ at: this.now + afterMs, body });
    this.#outcomes.sort((a, b) => a.at - b.at);
  }
}

/** Transitions by `channel alarm`, and how often each is accounted for. */
export function accountsOf(notices: readonly Notice[]): Map<string, Map<number, number>> {
  const accounts = new Map<string, Map<number, number>>();
  for (const { channel, items, covered } of notices) {
    for (const { alarm, transitions } of [...items, ...covered]) {
      const key = `${channel} ${alarm}`;
      const account = accounts.get(key) ?? new Map<number, number>();
      accounts.set(key, account);
      for (const one of transitions) account.set(one, (account.get(one) ?? 0) + 1);
    }
  }
  return accounts;
}

/** Most that left within any `windowMs`. */
export function mostWithin(times: readonly number[], windowMs: number): number {
  const sorted = times.toSorted((a, b) => a - b);
  let most = 0;
  let first = 0;
  for (const [index, at] of sorted.entries()) {
    while ((sorted[first] ?? at) <= at - windowMs) first++;
    most = Math.max(most, index - first + 1);
  }
  return most;
}
