import { readFile } from 'node:fs/promises';
import { asSpillwayError, SpillwayError } from '../../protocol/errors.ts';
import { type ActorDefinition, whenRun } from '../../runtime/actor.ts';
import { boardFiles } from '../../runtime/commands/dashboard-files.ts';
import { GatewayConfig, knownUsers } from './config.ts';

/**
 * HTTP for people and programs: the shift page with its boards, alarms as they are, commands, notifications. It decides nothing: commands go to the
 * engine and the dispatcher, what it shows comes from the streams.
 */
export const gateway: ActorDefinition<GatewayConfig> = {
  name: 'gateway',
  summary: 'serves the shift page, boards, alarms, silences and health over HTTP, and takes commands',
  consumes: ['ALARM', 'BEAM', 'HEALTH', 'NOTICE', 'SLOW', 'RUN', 'SUMMARY', 'DISPLAY'],
  watches: ['ALARM', 'BEAM', 'HEALTH', 'NOTICE', 'SLOW', 'RUN', 'SUMMARY', 'DISPLAY'],
  produces: ['COMMAND'],
  config: GatewayConfig,
  async check(config) {
    knownUsers(config);
    if (config.boards !== undefined) await boardFiles([config.boards]);
    const { certificate, key } = config.tls ?? {};
    for (const path of [certificate, key])
      if (path !== undefined)
        await readFile(path).catch((cause: unknown) => {
          const { message } = asSpillwayError(cause);
          throw new SpillwayError('CONFIG_UNREADABLE', `${path}: cannot be read: ${message}`, { cause });
        });
  },
  start: whenRun(() => import('./start.ts')),
};
