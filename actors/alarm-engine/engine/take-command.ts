import type { ErrorCode } from '../../../protocol/errors.ts';
import { ChangeCause } from '../../../protocol/messages/alarm-change.ts';
import {
  type AlarmCommand,
  alarmCommandResult,
  type CommandResult,
  DISPATCHER_COMMANDS,
} from '../../../protocol/messages/alarm-command.ts';
import { eventTimeFromMs } from '../../../protocol/time.ts';
import { type AlarmOrder, obey } from '../life/obey.ts';
import { UNKNOWN_MODE } from '../rules/rule.ts';
import { recognise } from './mode.ts';
import { Round } from './round.ts';
import type { EngineState } from './state.ts';
import type { Work } from './work.ts';

/** Beyond the ten minutes in which JetStream knows a command that is told again. */
const REMEMBERED = 1000;

/**
 * Does what a person wants, or says why not. A command told again has no further effect and no further answer: the one it
 * has is in the stream, under its own subject.
 */
export function takeCommand(
  work: Work,
  state: EngineState,
  command: AlarmCommand,
): { readonly state: Partial<EngineState>; readonly reason: string } {
  if (DISPATCHER_COMMANDS.includes(command.kind)) return { state: {}, reason: 'for the dispatcher' };
  if (state.answered.includes(command.id)) return { state: {}, reason: 'a command told again' };
  const result =
    'alarm' in command
      ? order(work, command)
      : command.kind === 'set-mode'
        ? setMode(work, command)
        : undefined;
  if (!result) return { state: {}, reason: 'for the dispatcher' };
  const { id, kind } = command;
  const body: CommandResult = { command: id, kind, ...result, at: eventTimeFromMs(work.now) };
  work.outputs.push({ type: alarmCommandResult, body });
  return { state: { answered: [...state.answered, id].slice(-REMEMBERED) }, reason: result.message };
}

type Result = Pick<CommandResult, 'done' | 'code' | 'message' | 'alarm' | 'transition'>;

function order(work: Work, command: AlarmOrder): Result {
  const { alarm: id } = command;
  const definition = work.book.definitions.get(id);
  if (!definition) return { ...refused('ALARM_UNKNOWN', `no rule defines an alarm ${id}`), alarm: id };
  const before = work.alarms.get(id);
  const outcome = obey(before, definition.rule, command, work.now);
  if (!outcome.done)
    return { ...refused(outcome.code, outcome.message), alarm: id, transition: before.transition };
  work.put(definition, outcome.alarm, { cause: ChangeCause.command, words: wordsOf(command) });
  return { done: true, message: outcome.message, alarm: id, transition: work.alarms.get(id).transition };
}

function setMode(work: Work, { mode, by, reason }: Extract<AlarmCommand, { kind: 'set-mode' }>): Result {
  const { modes } = work.book.ruleSet;
  if (mode !== '' && !modes.some(({ name }) => name === mode)) {
    const known = modes.map(({ name }) => name).join(', ') || 'none';
    return refused('COMMAND_REFUSED', `no rule file declares a mode ${mode}; accepted: ${known}`);
  }
  const from = work.mode.name;
  if (mode === '') {
    // A mode that is only ever set is not recognised: where the readings speak for no other, nobody knows.
    const isManual = modes.some(({ name, when }) => name === from && !when);
    const open = { name: isManual ? UNKNOWN_MODE : from, by: '' };
    work.enterMode(recognise(open, modes, work.scope), reason);
  } else work.enterMode({ name: mode, by }, reason);
  if (work.mode.name !== from) work.evaluate(Round.of(work.book.modal), () => ({ cause: ChangeCause.mode }));
  return {
    done: true,
    message:
      mode === ''
        ? `the mode is recognised from the readings again: ${work.mode.name}`
        : `the mode is ${mode} until somebody says otherwise`,
  };
}

const refused = (code: ErrorCode, message: string): Result => ({ done: false, code, message });

/** What a person has done, for the history. */
function wordsOf(command: AlarmOrder): string {
  const said = 'reason' in command ? command.reason : command.note;
  return `${command.kind} by ${command.by}${said === '' ? '' : `: ${said}`}`;
}
