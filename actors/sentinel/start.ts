import { availableParallelism } from 'node:os';
import { type RawEvent, rawEvent } from '../../protocol/messages/raw-event.ts';
import { subjects } from '../../protocol/subjects.ts';
import { type ActorContext, type RunningActor, work } from '../../runtime/actor.ts';
import type { SentinelConfig } from './config.ts';
import { Sentinel } from './sentinel.ts';
import { readGains } from './vignetting-file.ts';

export async function start(config: SentinelConfig, context: ActorContext): Promise<RunningActor> {
  const gains = await readGains(config.profile, config.vignetting);
  const workers = config.workers ?? Math.max(1, availableParallelism() - 1);
  const instance = new Sentinel(config, context, gains, workers);
  return {
    lanes: [
      work<RawEvent>({
        stream: 'EVENT',
        subject: subjects.rawEventsOf(context.experiment, config.equipment),
        types: [rawEvent],
        // One more than there are threads: it is fetched while they are busy.
        concurrency: workers + 1,
        vanishedAfterMs: config.vanishedAfter,
        attempts: config.attempts,
        work: task => instance.work(task),
      }),
    ],
    health: () => instance.health(),
    [Symbol.asyncDispose]: () => instance[Symbol.asyncDispose](),
  };
}
