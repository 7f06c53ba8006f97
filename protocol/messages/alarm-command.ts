import { z } from 'zod';
import { AlarmId } from '../alarm/alarm-id.ts';
import { ERRORS, type ErrorCode } from '../errors.ts';
import { decodeJson, encodeJson, type MessageType } from '../message.ts';
import { subjects } from '../subjects.ts';
import { EventTime } from '../time.ts';

const COMMAND = 'alarm-command/1';
const RESULT = 'command-result/1';

const note = z.string().max(2000);

/** Who gives a command, from where and when: what the audit log is made of. */
const common = {
  id: z.uuid().describe('given by whoever asks; told twice, it is the same command'),
  by: z.string().trim().min(1).max(100).describe('name of the person'),
  origin: z.enum(['terminal', 'gateway', 'chat', 'alertmanager']),
  from: z.string().max(200).describe('host, address or chat user it came from'),
  at: EventTime,
};

const ofAlarm = {
  ...common,
  alarm: AlarmId,
  expected: z
    .int()
    .min(0)
    .optional()
    .describe('transition the asker saw: refused when the alarm has moved on'),
};

/** One word of a silence's matcher, as Alertmanager has them: `severity=~"MAJOR|INVALID"`. */
export const Matcher = z.strictObject({
  name: z.string().min(1).max(200),
  value: z.string().max(1000),
  isRegex: z.boolean().default(false),
  isEqual: z.boolean().default(true),
});
export type Matcher = z.infer<typeof Matcher>;

export const AlarmCommand = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('acknowledge'), ...ofAlarm, note }),
  z.strictObject({ kind: z.literal('unacknowledge'), ...ofAlarm, note }),
  z.strictObject({ kind: z.literal('reset'), ...ofAlarm, note }).describe('lets go of a latched alarm'),
  z.strictObject({
    kind: z.literal('shelve'),
    ...ofAlarm,
    reason: note.min(1),
    durationMs: z.number().positive(),
    oneShot: z.boolean(),
  }),
  z.strictObject({ kind: z.literal('unshelve'), ...ofAlarm, note }),
  z.strictObject({ kind: z.literal('disable'), ...ofAlarm, reason: note.min(1) }),
  z.strictObject({ kind: z.literal('enable'), ...ofAlarm, note }),
  z.strictObject({ kind: z.literal('comment'), ...ofAlarm, note: note.min(1) }),
  z
    .strictObject({ kind: z.literal('take-over'), ...ofAlarm, note })
    .describe('the asker owns it from now on'),
  z.strictObject({
    kind: z.literal('set-mode'),
    ...common,
    mode: z.string().describe('empty: recognise it from the readings again'),
    reason: note.min(1),
  }),
  z.strictObject({
    kind: z.literal('silence'),
    ...common,
    silence: z.uuid().describe('id of the silence; an existing one is changed'),
    matchers: z.array(Matcher).min(1).max(20),
    startsAt: EventTime,
    endsAt: EventTime,
    endWhenCleared: z.boolean().describe('ends by itself when nothing it matches is active any more'),
    comment: note,
  }),
  z.strictObject({ kind: z.literal('expire-silence'), ...common, silence: z.uuid(), note }),
]);

/** What somebody wants done about an alarm, the machine mode or a silence. */
export type AlarmCommand = z.infer<typeof AlarmCommand>;
export type AlarmCommandKind = AlarmCommand['kind'];

/** Kinds that the dispatcher answers; all others are the engine's. */
export const DISPATCHER_COMMANDS: readonly AlarmCommandKind[] = ['silence', 'expire-silence'];

/** Reads a command from anywhere outside. @throws ZodError */
export const parseAlarmCommand = (value: unknown): AlarmCommand => AlarmCommand.parse(value);

export const alarmCommand: MessageType<AlarmCommand> = {
  type: COMMAND,
  stream: 'COMMAND',
  subject: (experiment, body) => subjects.alarmCommand(experiment, body.kind),
  identity: body => `command:${body.id}`,
  time: body => body.at,
  encode: encodeJson,
  decode: bytes => decodeJson(COMMAND, AlarmCommand, bytes),
};

export const CommandResult = z.strictObject({
  command: z.uuid(),
  kind: z.string(),
  done: z.boolean(),
  code: z
    .enum(Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]])
    .optional()
    .describe('why not'),
  message: z.string(),
  alarm: AlarmId.optional(),
  transition: z.int().min(0).optional().describe('where the alarm stands now'),
  at: EventTime,
});

/** What became of a command. Waited for under its own subject. */
export type CommandResult = z.infer<typeof CommandResult>;

const resultOn = (
  stream: 'ALARM' | 'NOTICE',
  subject: (experiment: string, command: string) => string,
): MessageType<CommandResult> => ({
  type: RESULT,
  stream,
  subject: (experiment, body) => subject(experiment, body.command),
  identity: body => `result:${body.command}`,
  time: body => body.at,
  encode: encodeJson,
  decode: bytes => decodeJson(RESULT, CommandResult, bytes),
});

/** The engine's answer. */
export const alarmCommandResult = resultOn('ALARM', subjects.alarmCommandResult);
/** The dispatcher's answer, to `silence` and `expire-silence`. */
export const noticeCommandResult = resultOn('NOTICE', subjects.noticeCommandResult);
