import { z } from 'zod';
import { byteSize, duration } from '../../runtime/config/units.ts';

const actorNames = () => z.array(z.string().min(1));

export const BufferKeeperConfig = z.strictObject({
  consumers: actorNames()
    .default(['sentinel'])
    .describe(
      'must have read an event, as must every other durable consumer of EVENT: before all of these exist nothing counts as read',
    ),
  ignore: actorNames()
    .default(['recorder', 'auditor'])
    .describe('durable consumers of EVENT that take the reference and never the body'),
  age: duration()
    .prefault('10d')
    .describe('events are removed at this age, read or not; less than EVENT keeps'),
  maxBytes: z
    .union([z.literal('none'), byteSize()])
    .optional()
    .describe(
      'when there is more, the oldest events are removed, read or not; none: a full store makes the intake wait; default: nine tenths of the event store, where it has a limit',
    ),
  maps: duration()
    .prefault('30d')
    .describe(
      'maps of pedestals and ODBs are removed at this age, maps sooner for room, but never the newest five of a camera',
    ),
  unreferenced: duration()
    .prefault('1h')
    .describe('a body that no message has spoken of for so long is left over, and removed'),
  interval: duration().prefault('5s').describe('from one look at the store to the next'),
});
export type BufferKeeperConfig = z.infer<typeof BufferKeeperConfig>;
