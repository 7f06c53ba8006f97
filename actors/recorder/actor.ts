import { type ActorDefinition, whenRun } from '../../runtime/actor.ts';
import { RecorderConfig } from './config.ts';

export const recorder: ActorDefinition<RecorderConfig> = {
  name: 'recorder',
  summary: 'writes every stream into the time-series store, once and only once',
  consumes: [
    'BEAM',
    'SPILL',
    'LEDGER',
    'EVENT',
    'RUN',
    'RECO',
    'SUMMARY',
    'SLOW',
    'AUDIT',
    'HEALTH',
    'ALARM',
    'COMMAND',
    'NOTICE',
    'OUTCOME',
  ],
  produces: ['LEDGER'],
  config: RecorderConfig,
  start: whenRun(() => import('./start.ts')),
};
