import type { ActorDefinition } from '../../runtime/actor.ts';
import { BufferKeeperConfig } from './config.ts';
import { Keeper } from './keeper.ts';

export const bufferKeeper: ActorDefinition<BufferKeeperConfig> = {
  name: 'buffer-keeper',
  summary:
    'removes events from the event store that everybody has read, and the oldest when there are too many',
  consumes: ['EVENT', 'RUN', 'DEAD'],
  produces: [],
  watches: ['EVENT', 'RUN', 'DEAD'],
  eventStore: 'write',
  config: BufferKeeperConfig,
  async start(config, context) {
    const stop = new AbortController();
    const keeper = new Keeper(config, context);
    const keeping = keeper.keep(AbortSignal.any([context.signal, stop.signal]));
    return {
      // It asks for what it must know, so that nothing waits for it and it has no place to lose.
      lanes: [],
      health: () => keeper.health(),
      async [Symbol.asyncDispose]() {
        stop.abort();
        await keeping;
      },
    };
  },
};
