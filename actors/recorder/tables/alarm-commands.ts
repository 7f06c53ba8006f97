import {
  type AlarmCommand,
  alarmCommand,
  alarmCommandResult,
  type CommandResult,
  type Matcher,
} from '../../../protocol/messages/alarm-command.ts';
import type { EventTime } from '../../../protocol/time.ts';
import type { RowWriter } from '../row-writer.ts';
import { type Columns, moment, momentIfAny, rowPerMessage } from './one-kind.ts';

/** All fields that any kind of command has. */
interface AnyCommand {
  readonly alarm?: string;
  readonly expected?: number | undefined;
  readonly note?: string;
  readonly reason?: string;
  readonly comment?: string;
  readonly durationMs?: number;
  readonly oneShot?: boolean;
  readonly mode?: string;
  readonly silence?: string;
  readonly matchers?: readonly Matcher[];
  readonly startsAt?: EventTime;
  readonly endsAt?: EventTime;
  readonly endWhenCleared?: boolean;
}

/** Array(Tuple(name String, value String, is_regex Bool, is_equal Bool)) */
export const writeMatchers = (rows: RowWriter, matchers: readonly Matcher[]): void =>
  rows.array(matchers, ({ name, value, isRegex, isEqual }) => {
    rows.text(name);
    rows.text(value);
    rows.bool(isRegex);
    rows.bool(isEqual);
  });

const any = (command: AlarmCommand): AnyCommand => command;

const COMMAND: Columns<AlarmCommand> = {
  ts: (rows, { at }) => moment(rows, at),
  command: (rows, { id }) => rows.text(id),
  kind: (rows, { kind }) => rows.text(kind),
  person: (rows, { by }) => rows.text(by),
  origin: (rows, { origin }) => rows.text(origin),
  place: (rows, { from }) => rows.text(from),
  alarm: (rows, command) => rows.text(any(command).alarm ?? ''),
  expected: (rows, command) => rows.nullable(any(command).expected, number => rows.int64(number)),
  why: (rows, command) => {
    const { note, reason, comment } = any(command);
    rows.text(note ?? reason ?? comment ?? '');
  },
  duration_ms: (rows, command) => rows.nullable(any(command).durationMs, number => rows.float64(number)),
  one_shot: (rows, command) => rows.bool(any(command).oneShot ?? false),
  mode: (rows, command) => rows.text(any(command).mode ?? ''),
  silence: (rows, command) => rows.text(any(command).silence ?? ''),
  matchers: (rows, command) => writeMatchers(rows, any(command).matchers ?? []),
  starts_at: (rows, command) => momentIfAny(rows, any(command).startsAt),
  ends_at: (rows, command) => momentIfAny(rows, any(command).endsAt),
  end_when_cleared: (rows, command) => rows.bool(any(command).endWhenCleared ?? false),
};

const RESULT: Columns<CommandResult> = {
  ts: (rows, { at }) => moment(rows, at),
  command: (rows, { command }) => rows.text(command),
  kind: (rows, { kind }) => rows.text(kind),
  done: (rows, { done }) => rows.bool(done),
  code: (rows, { code }) => rows.text(code ?? ''),
  message: (rows, { message }) => rows.text(message),
  alarm: (rows, { alarm }) => rows.text(alarm ?? ''),
  transition: (rows, { transition }) => rows.nullable(transition, number => rows.int64(number)),
};

/** What people have asked for: who, from where, when and why. */
export const alarmCommandsTable = rowPerMessage('alarm_commands', alarmCommand, COMMAND);

/** What came of it, as the engine or the dispatcher answered. */
export const commandResultsTable = rowPerMessage('command_results', alarmCommandResult, RESULT);
