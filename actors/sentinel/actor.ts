import { type ActorDefinition, whenRun } from '../../runtime/actor.ts';
import { SentinelConfig } from './config.ts';
import { readGains } from './vignetting-file.ts';

export const sentinel: ActorDefinition<SentinelConfig> = {
  name: 'sentinel',
  summary: 'reconstructs camera pictures and waveforms, shared by as many instances as there are',
  consumes: ['EVENT', 'RUN'],
  produces: ['RECO', 'DISPLAY'],
  watches: ['RUN'],
  eventStore: 'read',
  config: SentinelConfig,
  async check({ profile, vignetting }) {
    await readGains(profile, vignetting);
  },
  start: whenRun(() => import('./start.ts')),
};
