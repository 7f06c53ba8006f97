import type {
  AlarmNews,
  DisplayCaption,
  DisplayNews,
  HealthNews,
  Hello,
  ModeNews,
  Position,
  ServerMessage,
  SpillNews,
  Tick,
} from '../../../protocol/live.ts';
import { type AlarmChange, alarmChange } from '../../../protocol/messages/alarm-change.ts';
import type { Health } from '../../../protocol/messages/health.ts';
import { type MachineMode, machineMode } from '../../../protocol/messages/machine-mode.ts';
import type { Readings } from '../../../protocol/messages/readings.ts';
import type { Milliseconds } from '../../../protocol/time.ts';
import type { Delivered } from '../../../runtime/actor.ts';
import { shortOf } from '../views/readings.ts';

/** A message as it goes to viewers: made once, whoever gets it. */
export type News = Buffer;

export const encode = (message: ServerMessage): News => Buffer.from(JSON.stringify(message));

export const positionOf = ({
  stream,
  sequence,
}: Pick<Delivered<unknown>, 'stream' | 'sequence'>): Position => ({
  stream,
  sequence,
});

/** What a message of ALARM says to viewers; undefined for those that are not about alarms or the mode. */
export function alarmNews(message: Delivered<unknown>): News | undefined {
  const { type, body } = message;
  const position = positionOf(message);
  if (type === alarmChange.type)
    return encode({ type: 'alarm', position, change: body as AlarmChange } satisfies AlarmNews);
  if (type === machineMode.type)
    return encode({ type: 'mode', position, mode: body as MachineMode } satisfies ModeNews);
  return undefined;
}

export const spillNews = (message: Delivered<Readings>): News =>
  encode({ type: 'spill', ...shortOf(message) } satisfies SpillNews);

export const displayNews = (caption: DisplayCaption): News =>
  encode({ type: 'display', ...caption } satisfies DisplayNews);
export const healthNews = (beats: readonly Health[]): News =>
  encode({ type: 'health', beats } satisfies HealthNews);
export const tick = (now: Milliseconds): News => encode({ type: 'tick', now } satisfies Tick);
export const hello = (words: Omit<Hello, 'type'>): News => encode({ type: 'hello', ...words });
