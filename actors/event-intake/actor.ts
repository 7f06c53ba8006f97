import { type ActorDefinition, whenRun } from '../../runtime/actor.ts';
import { readDetectorFile } from '../../runtime/config/detector-file.ts';
import { EventIntakeConfig } from './config.ts';

/**
 * Takes in the events of a camera detector. It reads no stream: what earlier lives have published tells where to go on. Several
 * instances do no harm to each other, and no good.
 */
export const eventIntake: ActorDefinition<EventIntakeConfig> = {
  name: 'event-intake',
  summary:
    "takes a detector's MIDAS events from files or a socket: bodies into the event store, then references",
  consumes: [],
  produces: ['EVENT', 'RUN', 'SLOW'],
  eventStore: 'write',
  config: EventIntakeConfig,
  async check({ equipment }) {
    readDetectorFile(equipment);
  },
  start: whenRun(() => import('./start.ts')),
};
