import type { MessageType } from '../../../protocol/message.ts';
import { type AlarmChange, alarmChange } from '../../../protocol/messages/alarm-change.ts';
import type { AlarmCommand, CommandResult } from '../../../protocol/messages/alarm-command.ts';
import { type Silence, silence } from '../../../protocol/messages/silence.ts';
import { eventTimeToMs } from '../../../protocol/time.ts';

type Say = <Body>(type: MessageType<Body>, body: Body) => void;

/**
 * As much of the alarm engine and the dispatcher as a caller notices: acknowledging, stale and unknown alarms, silences.
 * What follows from a command is said on the streams before its answer, as it is stored before it.
 */
export class FakeEngine {
  readonly given: AlarmCommand[] = [];
  readonly #alarms = new Map<string, AlarmChange>();
  readonly #silences = new Map<string, Silence>();
  readonly #answers = new Map<string, CommandResult>();
  readonly #say: Say;

  constructor(say: Say) {
    this.#say = say;
  }

  raise(change: AlarmChange): void {
    this.#alarms.set(change.alarm, change);
    this.#say(alarmChange, change);
  }

  answer(command: AlarmCommand): CommandResult {
    const known = this.#answers.get(command.id);
    if (known) return known;
    this.given.push(command);
    const result = this.#do(command);
    this.#answers.set(command.id, result);
    return result;
  }

  #do(command: AlarmCommand): CommandResult {
    const base = { command: command.id, kind: command.kind, at: command.at };
    if (command.kind === 'silence' || command.kind === 'expire-silence') {
      this.#silence(command);
      return { ...base, done: true, message: 'silenced' };
    }
    if (command.kind === 'set-mode') return { ...base, done: true, message: `mode ${command.mode}` };
    const alarm = this.#alarms.get(command.alarm);
    if (!alarm)
      return { ...base, done: false, code: 'ALARM_UNKNOWN', message: `no rule defines ${command.alarm}` };
    const where = { alarm: alarm.alarm, transition: alarm.transition };
    if (command.expected !== undefined && command.expected !== alarm.transition)
      return { ...base, ...where, done: false, code: 'COMMAND_STALE', message: 'it has moved on' };
    if (command.kind === 'acknowledge' && alarm.to !== 'unacknowledged')
      return { ...base, ...where, done: false, code: 'COMMAND_REFUSED', message: `it is ${alarm.to}` };
    const next: AlarmChange = {
      ...alarm,
      transition: alarm.transition + 1,
      from: alarm.to,
      cause: 'command',
    };
    if (command.kind === 'acknowledge') {
      next.to = 'acknowledged';
      next.acknowledged = { by: command.by, at: command.at, note: command.note };
    }
    if (command.kind === 'comment') next.comment = { by: command.by, at: command.at, note: command.note };
    this.raise(next);
    return { ...base, alarm: next.alarm, transition: next.transition, done: true, message: 'done' };
  }

  #silence(command: Extract<AlarmCommand, { kind: 'silence' | 'expire-silence' }>): void {
    const before = this.#silences.get(command.silence);
    const revision = (before?.revision ?? 0) + 1;
    const now = { revision, at: command.at, endedBy: '', matching: 0, fired: 0, by: command.by };
    if (command.kind === 'expire-silence') {
      if (before)
        this.#keep({ ...before, ...now, phase: 'expired', endsAt: command.at, endedBy: command.by });
      return;
    }
    const { silence, matchers, startsAt, endsAt, endWhenCleared, comment } = command;
    const pending = eventTimeToMs(startsAt) > eventTimeToMs(command.at);
    const phase = pending ? 'pending' : 'active';
    this.#keep({ ...now, silence, matchers, startsAt, endsAt, endWhenCleared, comment, phase });
  }

  #keep(one: Silence): void {
    this.#silences.set(one.silence, one);
    this.#say(silence, one);
  }
}
