import { createHash } from 'node:crypto';
import { asSpillwayError } from '../../../../protocol/errors.ts';
import { type AlarmCommand, parseAlarmCommand } from '../../../../protocol/messages/alarm-command.ts';
import { eventTimeFromMs, type Milliseconds } from '../../../../protocol/time.ts';
import type { ChannelServices } from '../channel.ts';
import { Act, type Target } from './buttons.ts';
import { plainLine } from './escape.ts';
import { type Interaction, personOf } from './interaction.ts';
import type { Filled } from './modal.ts';

/** The command that a filled modal stands for. Discord may tell an interaction twice; the command is the same one. */
export function commandOf(
  interaction: Interaction,
  act: Act,
  { alarm, transition }: Target,
  { name, note, durationMs }: Filled,
  now: Milliseconds,
): AlarmCommand {
  const common = {
    id: uuidOf(`${interaction.id} ${alarm}`),
    by: name,
    origin: 'chat',
    from: `discord:${personOf(interaction).id}`,
    at: eventTimeFromMs(now),
    alarm,
    expected: transition,
  };
  return parseAlarmCommand(
    act === Act.shelve
      ? { kind: act, ...common, reason: note, durationMs, oneShot: false }
      : { kind: act, ...common, note },
  );
}

/** RFC 9562, 5.8: a UUID of version 8, whose bits are a digest. */
function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 3) | 8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    variant + hex.slice(17, 20),
    hex.slice(20, 32),
  ].join('-');
}

/** What became of each command, for the person alone. */
export interface Told {
  readonly done: number;
  readonly words: string;
}

/** Gives the commands, all at once, and says what became of each. */
export async function carryOut(commands: readonly AlarmCommand[], services: ChannelServices): Promise<Told> {
  const results = await Promise.all(
    commands.map(async command => {
      const what = 'alarm' in command ? command.alarm : command.kind;
      try {
        const { done, message } = await services.command(command);
        return { done, words: `${done ? 'Done' : 'Not done'}: ${what}: ${message}` };
      } catch (error) {
        const { code, message } = asSpillwayError(error);
        services.log.warn({ code, command: command.id }, 'a command from chat has no result');
        return { done: false, words: `Not known: ${what}: ${message}` };
      }
    }),
  );
  const lines = results.map(({ words }) => plainLine(words, 180));
  return { done: results.filter(({ done }) => done).length, words: lines.join('\n') };
}
