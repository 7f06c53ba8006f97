import { type SpillRecord, spillRecord } from '../../protocol/messages/spill-record.ts';
import { type ActorDefinition, batch } from '../../runtime/actor.ts';
import { RotorooterFeedConfig } from './config.ts';
import { Feed } from './feed.ts';

export const rotorooterFeed: ActorDefinition<RotorooterFeedConfig> = {
  name: 'rotorooter-feed',
  summary: 'sends records to a rotorooter daemon, from exactly where its files end',
  consumes: ['SPILL'],
  produces: ['LEDGER'],
  config: RotorooterFeedConfig,
  start: async (config, context) => {
    const feed = new Feed(config, context);
    return {
      lanes: [
        batch<SpillRecord>({
          stream: 'SPILL',
          types: [spillRecord],
          maxMessages: config.maxRecords,
          // Each batch costs a sync and a ledger entry: fifty a second are plenty, whatever the rate of spills.
          maxWaitMs: 20,
          doneThrough: source => feed.doneThrough(source),
          deliver: records => feed.deliver(records),
        }),
      ],
      failed: feed.failed,
      [Symbol.asyncDispose]: () => feed[Symbol.asyncDispose](),
    };
  },
};
