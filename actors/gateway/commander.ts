import { randomUUID } from 'node:crypto';
import { asSpillwayError } from '../../protocol/errors.ts';
import type { AlarmChange } from '../../protocol/messages/alarm-change.ts';
import {
  type AlarmCommand,
  alarmCommand,
  alarmCommandResult,
  type CommandResult,
  DISPATCHER_COMMANDS,
  noticeCommandResult,
  parseAlarmCommand,
} from '../../protocol/messages/alarm-command.ts';
import { subjects } from '../../protocol/subjects.ts';
import { eventTimeFromMs, type Milliseconds } from '../../protocol/time.ts';
import type { ActorContext } from '../../runtime/actor.ts';
import { Refusal } from './http/problem.ts';
import type { AlarmsView } from './views/alarms.ts';

/** How long an answer waits for the view to show what the command did. */
const SHOWN_MS = 500;

/** Who gives a command, and from where. */
export interface Giver {
  readonly by: string;
  readonly from: string;
  readonly origin: AlarmCommand['origin'];
}

/** The words of a command that are its own; `id` is given by a caller who may ask twice. */
export interface Words {
  readonly kind: AlarmCommand['kind'];
  readonly id?: string | undefined;
  readonly [word: string]: unknown;
}

/** Gives commands to the alarm engine and the dispatcher, and waits for what becomes of them. */
export class Commander {
  readonly #context: ActorContext;
  readonly #alarms: AlarmsView;
  readonly #timeoutMs: Milliseconds;

  constructor(context: ActorContext, alarms: AlarmsView, timeoutMs: Milliseconds) {
    this.#context = context;
    this.#alarms = alarms;
    this.#timeoutMs = timeoutMs;
  }

  /**
   * What became of the command; undefined when it is stored and nobody has answered yet.
   * @throws Refusal with the alarm as it is now; PUBLISH_FAILED when nobody knows whether it is stored.
   */
  async give(words: Words, giver: Giver): Promise<{ readonly id: string; readonly result?: CommandResult }> {
    const { experiment, clock, log } = this.#context;
    const id = words.id ?? randomUUID();
    const body = parseAlarmCommand({ ...words, ...giver, id, at: eventTimeFromMs(clock()) });
    const ofDispatcher = DISPATCHER_COMMANDS.includes(body.kind);
    const answer = {
      type: ofDispatcher ? noticeCommandResult : alarmCommandResult,
      subject: (ofDispatcher ? subjects.noticeCommandResult : subjects.alarmCommandResult)(experiment, id),
      timeoutMs: this.#timeoutMs,
    };
    try {
      const result = await this.#context.ask({ type: alarmCommand, body }, answer);
      log.info({ audit: true, command: body, done: result.done, code: result.code }, result.message);
      if (!result.done) throw await this.#refusal(result);
      return { id, result };
    } catch (thrown) {
      if (thrown instanceof Refusal) throw thrown;
      const { code, message } = asSpillwayError(thrown);
      log.warn({ audit: true, command: body, code }, message);
      if (code === 'NOT_ANSWERED') return { id };
      if (code === 'PUBLISH_FAILED')
        throw new Refusal(
          code,
          'JetStream has not confirmed the command; asked again under its id, it is done once',
          {
            extra: { command: id },
          },
        );
      throw thrown;
    }
  }

  /** The alarm as the result left it. */
  async shown({ alarm, transition }: CommandResult): Promise<AlarmChange | undefined> {
    return alarm === undefined ? undefined : this.#alarms.reached(alarm, transition ?? 0, SHOWN_MS);
  }

  async #refusal(result: CommandResult): Promise<Refusal> {
    const { command, code = 'COMMAND_REFUSED', message } = result;
    const alarm = await this.shown(result);
    return new Refusal(code, message, { extra: { command, ...(alarm ? { alarm } : {}) } });
  }
}
