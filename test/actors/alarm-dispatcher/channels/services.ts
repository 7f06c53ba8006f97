import { pino } from 'pino';
import type { ChannelServices } from '../../../../actors/alarm-dispatcher/channels/channel.ts';
import {
  type ChannelConfig,
  ChannelConfig as Schema,
} from '../../../../actors/alarm-dispatcher/channels/config.ts';
import type { AlarmCommand, CommandResult } from '../../../../protocol/messages/alarm-command.ts';
import { eventTimeFromMs } from '../../../../protocol/time.ts';

export interface TestServices extends ChannelServices {
  /** What was asked of the engine. */
  readonly commands: AlarmCommand[];
  /** Lines of the log. */
  readonly lines: string[];
  /** What the engine answers. */
  answer: (command: AlarmCommand) => Promise<CommandResult>;
}

const done = (command: AlarmCommand): CommandResult => ({
  command: command.id,
  kind: command.kind,
  done: true,
  message: 'done',
  ...('alarm' in command ? { alarm: command.alarm } : {}),
  at: eventTimeFromMs(0),
});

/** A dispatcher around a channel, without streams. */
export function services(signal: AbortSignal = new AbortController().signal): TestServices {
  const commands: AlarmCommand[] = [];
  const lines: string[] = [];
  const made: TestServices = {
    experiment: 'test',
    log: pino({ level: 'trace' }, { write: line => lines.push(line) }),
    clock: () => Date.now(),
    random: () => 0.5,
    command: command => {
      commands.push(command);
      return made.answer(command);
    },
    signal,
    commands,
    lines,
    answer: async command => done(command),
  };
  return made;
}

/** A section of the configuration as it is read; secrets are named by variables of this process. */
export function configured(section: Record<string, unknown>): ChannelConfig {
  return Schema.parse(section);
}

/** Puts a secret where the configuration finds it. */
export function secretOf(name: string, value: string): { readonly env: string } {
  process.env[name] = value;
  return { env: name };
}
