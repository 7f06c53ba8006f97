import { readFile } from 'node:fs/promises';
import { SpillwayError } from '../../protocol/errors.ts';
import { type ActorDefinition, whenRun } from '../../runtime/actor.ts';
import { AlarmDispatcherConfig } from './config.ts';

export const alarmDispatcher: ActorDefinition<AlarmDispatcherConfig> = {
  name: 'alarm-dispatcher',
  summary: 'decides who is told of which alarm, and tells them by chat, webhook and e-mail',
  consumes: ['ALARM', 'COMMAND', 'OUTCOME', 'TIMER', 'NOTICE'],
  produces: ['NOTICE', 'OUTCOME', 'COMMAND'],
  config: AlarmDispatcherConfig,
  check,
  start: whenRun(() => import('./start.ts')),
};

/** @throws SpillwayError CONFIG_UNREADABLE for a file that a channel names and that is not there. */
async function check({ channels }: AlarmDispatcherConfig): Promise<void> {
  for (const [name, channel] of Object.entries(channels)) {
    if (channel.kind !== 'email' || channel.ca === undefined) continue;
    await readFile(channel.ca).catch((cause: unknown) => {
      throw new SpillwayError(
        'CONFIG_UNREADABLE',
        `${channel.ca}: certificates of channel ${name} cannot be read`,
        {
          cause,
        },
      );
    });
  }
}
