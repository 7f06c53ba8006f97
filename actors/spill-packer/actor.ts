import { type Readings, readings } from '../../protocol/messages/readings.ts';
import { type ActorDefinition, fold } from '../../runtime/actor.ts';
import { SpillPackerConfig } from './config.ts';
import { initialPackerState, PackerState, pack } from './pack.ts';

export const spillPacker: ActorDefinition<SpillPackerConfig> = {
  name: 'spill-packer',
  summary: 'packs readings into raw data block records, one per spill',
  consumes: ['BEAM'],
  produces: ['SPILL'],
  config: SpillPackerConfig,
  start: async config => ({
    lanes: [
      fold<Readings, PackerState>({
        streams: ['BEAM'],
        types: [readings],
        output: 'SPILL',
        initial: initialPackerState,
        state: PackerState,
        step: (state, message) => pack(config, state, message),
      }),
    ],
    [Symbol.asyncDispose]: async () => {},
  }),
};
