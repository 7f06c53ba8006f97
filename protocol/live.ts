import type { AlarmChange } from './messages/alarm-change.ts';
import type { Health } from './messages/health.ts';
import type { MachineMode } from './messages/machine-mode.ts';
import type { InOut } from './subjects.ts';
import type { EventTime, Milliseconds } from './time.ts';

/**
 * What gateway and shift page say to each other over the WebSocket: JSON, one object per text message. The server greets,
 * the page says what it has, the server brings it up to date and then tells what happens.
 */

/** Last message seen of a stream; `stream` is `<name>@<created, ms>`, so that a stream made anew is another one. */
export interface Position {
  readonly stream: string;
  readonly sequence: number;
}

/** From the page, once, after the greeting. */
export interface Start {
  readonly type: 'start';
  /** What it has of ALARM from before; left out on a first visit. */
  readonly after?: Position;
}

export interface Hello {
  readonly type: 'hello';
  /** Of the program and of the page's own files: when it differs from the page's, the page is of yesterday. */
  readonly version: string;
  readonly experiment: string;
  readonly now: Milliseconds;
}

/** Everything about alarms, in place of what the page has. */
export interface Snapshot {
  readonly type: 'snapshot';
  readonly position: Position;
  /** Every alarm that has ever changed, as it is now. */
  readonly alarms: readonly AlarmChange[];
  readonly mode?: MachineMode;
}

/** One change, in stream order and without a gap after the snapshot or the position that the page gave. */
export interface AlarmNews {
  readonly type: 'alarm';
  readonly position: Position;
  readonly change: AlarmChange;
}

export interface ModeNews {
  readonly type: 'mode';
  readonly position: Position;
  readonly mode: MachineMode;
}

/** A trigger's readings in short. A slow viewer gets the latest only. */
export interface SpillNews {
  readonly type: 'spill';
  readonly sequence: number;
  readonly trigger: string;
  readonly inOut: InOut;
  /** Trigger time by the DAE. */
  readonly time: EventTime;
  readonly storedAt: Milliseconds;
  /** Scalar devices; what is not finite is left out. */
  readonly values: Readonly<Record<string, number>>;
  readonly problems: number;
}

/** The latest heartbeat of every instance, at most once a second. */
export interface HealthNews {
  readonly type: 'health';
  readonly beats: readonly Health[];
}

/** A picture for people is there. A slow viewer gets the latest of each detector and kind only. */
export interface DisplayNews extends DisplayCaption {
  readonly type: 'display';
}

/** What a picture shows; `url` has it. */
export interface DisplayCaption {
  readonly site: string;
  readonly detector: string;
  readonly run: number;
  readonly serial: number;
  readonly copy: number;
  readonly kind: 'event' | 'waveforms';
  /** Of the event. */
  readonly time: EventTime;
  readonly storedAt: Milliseconds;
  /** What there is to see, for those who do not see it. */
  readonly text: string;
  readonly width: number;
  readonly height: number;
  /** Path of the PNG, which never changes. */
  readonly url: string;
}

/** The newest run of a detector, as far as it is known. */
export interface RunNews {
  readonly type: 'run';
  readonly site: string;
  readonly detector: string;
  readonly run: number;
  readonly pedestal: boolean;
  readonly startedAt: EventTime;
  /** Null while it goes on. */
  readonly endedAt: EventTime | null;
  /** What the shifter wrote; empty when nothing, or not known. */
  readonly description: string;
  /** From its last summary; null before the first. */
  readonly summary: {
    readonly complete: boolean;
    readonly events: number;
    readonly expected: number | null;
    readonly clusters: number;
    readonly sparks: number;
    readonly lightYield: number | null;
  } | null;
}

/** Every few seconds, so that a page knows that it is alive. */
export interface Tick {
  readonly type: 'tick';
  readonly now: Milliseconds;
}

export type ServerMessage =
  | Hello
  | Snapshot
  | AlarmNews
  | ModeNews
  | SpillNews
  | HealthNews
  | DisplayNews
  | RunNews
  | Tick;

/** How often the server ticks, and after how long without a word a page takes the connection for dead. */
export const TICK_MS: Milliseconds = 5_000;
export const SILENT_MS: Milliseconds = 12_000;
