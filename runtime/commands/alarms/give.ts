import { randomUUID } from 'node:crypto';
import { ZodError } from 'zod';
import { SpillwayError } from '../../../protocol/errors.ts';
import {
  alarmCommand,
  alarmCommandResult,
  type CommandResult,
  DISPATCHER_COMMANDS,
  noticeCommandResult,
  parseAlarmCommand,
} from '../../../protocol/messages/alarm-command.ts';
import { subjects } from '../../../protocol/subjects.ts';
import { eventTimeFromMs } from '../../../protocol/time.ts';
import { type CommandIo, ExitCode } from '../../command.ts';
import { ask } from '../../host/ask.ts';
import { printable } from '../../printable.ts';
import type { AlarmSystem } from './verb.ts';

const ANSWER_MS = 5_000;

/** Options of every verb that gives a command. */
export const GIVER = { by: { type: 'string' }, note: { type: 'string' } } as const;

/**
 * Gives a command and prints what became of it.
 * @param words the command's own
 * @throws SpillwayError USAGE for words that are no command, NATS_AWAY, PUBLISH_FAILED, NOT_ANSWERED
 */
export async function give(
  words: Readonly<Record<string, unknown>>,
  { by, config }: { readonly by: string | undefined; readonly config: string },
  { stdout, stderr, signal }: CommandIo,
  system: AlarmSystem,
): Promise<ExitCode> {
  const at = eventTimeFromMs(system.clock());
  const giver = { id: randomUUID(), by: by ?? system.user, origin: 'terminal', from: system.host, at };
  const body = read({ ...words, ...giver });
  await using nats = await system.connect(config);
  const ofDispatcher = DISPATCHER_COMMANDS.includes(body.kind);
  const subject = ofDispatcher ? subjects.noticeCommandResult : subjects.alarmCommandResult;
  const result: CommandResult = await ask(
    nats,
    { type: alarmCommand, body },
    [['terminal', system.clock()]],
    {
      type: ofDispatcher ? noticeCommandResult : alarmCommandResult,
      subject: subject(nats.experiment, body.id),
      timeoutMs: ANSWER_MS,
    },
    signal,
  );
  if (result.done) {
    stdout.write(`${printable(result.message)}\n`);
    return ExitCode.ok;
  }
  stderr.write(`spillway alarms: ${printable(result.message)} [${result.code ?? 'COMMAND_REFUSED'}]\n`);
  return ExitCode.found;
}

function read(value: unknown) {
  try {
    return parseAlarmCommand(value);
  } catch (thrown) {
    if (!(thrown instanceof ZodError)) throw thrown;
    const [first] = thrown.issues;
    throw new SpillwayError(
      'USAGE',
      `${first?.path.join('.') ?? 'command'}: ${first?.message ?? 'not understood'}`,
    );
  }
}
