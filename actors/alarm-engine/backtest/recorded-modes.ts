import { randomUUID } from 'node:crypto';
import { type AlarmCommand, alarmCommand } from '../../../protocol/messages/alarm-command.ts';
import { eventTimeFromMs, type Milliseconds } from '../../../protocol/time.ts';
import type { Delivered } from '../../../runtime/actor.ts';
import { rowsOf, type Store } from '../../../runtime/store/connection.ts';
import { past } from './play.ts';
import { type Range, rangeParameters } from './range.ts';

interface ModeRow {
  readonly ms: number;
  readonly mode: string;
  readonly person: string;
  readonly why: string;
}

const SET = `SELECT toUnixTimestamp64Milli(c.ts) AS ms, mode, person, why
FROM alarm_commands AS c LEFT ANY JOIN command_results AS r ON c.command = r.command
WHERE c.kind = 'set-mode' AND r.done`;

const BEFORE = `${SET} AND c.ts < fromUnixTimestamp64Milli({from:Int64}) ORDER BY c.ts DESC LIMIT 1`;
const WITHIN = `${SET} AND c.ts >= fromUnixTimestamp64Milli({from:Int64}) AND c.ts < fromUnixTimestamp64Milli({to:Int64})
ORDER BY c.ts`;

/** What people have said about the machine mode, the last word before the range first. */
export async function* recordedModes(store: Store, range: Range): AsyncGenerator<Delivered<AlarmCommand>> {
  const ask = (query: string) => rowsOf<ModeRow>(store, query, 'read the modes set', rangeParameters(range));
  for (const { mode, person, why } of await ask(BEFORE)) yield setMode(mode, range.from, person, why);
  for (const { ms, mode, person, why } of await ask(WITHIN)) yield setMode(mode, ms, person, why);
}

/** Somebody sets the machine mode; the empty one lets the readings speak again. */
export const setMode = (
  mode: string,
  at: Milliseconds,
  by = 'backtest',
  reason = 'asked for',
): Delivered<AlarmCommand> =>
  past(
    alarmCommand.type,
    {
      kind: 'set-mode',
      id: randomUUID(),
      mode,
      by,
      reason,
      origin: 'terminal',
      from: '',
      at: eventTimeFromMs(at),
    },
    at,
  );
