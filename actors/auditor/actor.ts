import { type ActorDefinition, whenRun } from '../../runtime/actor.ts';
import { AuditorConfig } from './config.ts';
import { AUDITED } from './streams.ts';

export const auditor: ActorDefinition<AuditorConfig> = {
  name: 'auditor',
  summary: 'keeps the books: what of each period, run and file has come how far, and what is missing',
  consumes: [...AUDITED, 'TIMER'],
  produces: ['AUDIT'],
  config: AuditorConfig,
  start: whenRun(() => import('./start.ts')),
};
