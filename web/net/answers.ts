import type { AlarmChange } from '../../protocol/messages/alarm-change.ts';
import type { DeclaredMode, MachineMode } from '../../protocol/messages/machine-mode.ts';

/** What the gateway said when it refused. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  /** The alarm as it is now, where it has moved on. */
  readonly alarm: AlarmChange | undefined;

  constructor(status: number, code: string, message: string, alarm?: AlarmChange) {
    super(message);
    this.status = status;
    this.code = code;
    this.alarm = alarm;
  }
}

export interface Who {
  readonly name: string;
  readonly role: 'viewer' | 'shifter' | 'expert';
  readonly by: 'session' | 'token' | 'anonymous';
  readonly csrf?: string;
}

/** Ways to sign in. */
export interface Ways {
  readonly passwords: boolean;
  readonly signOn?: { readonly label: string; readonly path: string };
}

export interface BoardEntry {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly tags: readonly string[];
}

export interface CommandAnswer {
  /** False: it is stored, and nobody has answered yet. */
  readonly done: boolean;
  readonly message: string;
}

/** What a silence would hide. */
export interface SilencePreview {
  /** Alarms that fit, whatever their state. */
  readonly known: number;
  /** Of them, those with something wrong now. */
  readonly active: number;
  readonly alarms: readonly Pick<AlarmChange, 'alarm' | 'title' | 'severity' | 'peak' | 'to'>[];
}

export interface SilenceWords {
  readonly id: string;
  readonly matchers: readonly string[];
  readonly comment: string;
  readonly endWhenCleared: boolean;
  /** ISO 8601; the beginning is now where it is left out. */
  readonly startsAt?: string;
  /** One of the two. */
  readonly duration?: string;
  readonly endsAt?: string;
}

export interface Modes {
  readonly mode?: MachineMode;
  readonly declared: readonly DeclaredMode[];
}
