import { floodChange } from '../../../fixtures/alarm-flood.ts';
import { AlarmState, isActive } from '../../../protocol/alarm/alarm-state.ts';
import type { Severity } from '../../../protocol/alarm/severity.ts';
import type { AlarmChange } from '../../../protocol/messages/alarm-change.ts';
import { type AlarmCommand, parseAlarmCommand } from '../../../protocol/messages/alarm-command.ts';
import type { Notice } from '../../../protocol/messages/notice.ts';
import { eventTimeFromMs } from '../../../protocol/time.ts';
import type { Desk } from './desk.ts';

/** The changes of some alarms at a desk, each counted. */
export class Changes {
  readonly #desk: Desk;
  readonly #transitions = new Map<string, number>();

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  /** The alarm is now in that state. @returns the notices that came of it at once */
  to(alarm: string, to: AlarmState, severity: Severity = 'MINOR', over: Partial<AlarmChange> = {}): Notice[] {
    const transition = (this.#transitions.get(alarm) ?? 0) + 1;
    this.#transitions.set(alarm, transition);
    const change = floodChange(alarm, transition, isActive(to), severity, this.#desk.now);
    return this.#desk.change({ ...change, to, ...over });
  }

  raise = (alarm: string, severity: Severity = 'MINOR', over: Partial<AlarmChange> = {}) =>
    this.to(alarm, AlarmState.unacknowledged, severity, over);
  clear = (alarm: string, over: Partial<AlarmChange> = {}) =>
    this.to(alarm, AlarmState.normal, 'MINOR', over);
  acknowledge = (alarm: string, severity: Severity = 'MINOR') =>
    this.to(alarm, AlarmState.acknowledged, severity, {
      acknowledged: { by: 'Ada', at: eventTimeFromMs(this.#desk.now), note: 'on it' },
    });
}

export const uuid = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

let commands = 0;

/** A command that silences, from now on; `over` for anything else. */
export const silenceCommand = (desk: Desk, over: object = {}): AlarmCommand =>
  parseAlarmCommand({
    kind: 'silence',
    id: uuid(90_000 + ++commands),
    by: 'Ada',
    origin: 'terminal',
    from: 'here',
    at: eventTimeFromMs(desk.now),
    silence: uuid(1),
    matchers: [{ name: 'area', value: 'beam/horn' }],
    startsAt: eventTimeFromMs(desk.now),
    endsAt: eventTimeFromMs(desk.now + 3_600_000),
    endWhenCleared: false,
    comment: 'work on the horn',
    ...over,
  });

/** `kind channel title` of notices, and whether they edit. */
export const told = (notices: readonly Notice[]): string[] =>
  notices.map(({ kind, channel, title, edits }) => `${kind} ${channel}: ${title}${edits ? ' (edit)' : ''}`);
