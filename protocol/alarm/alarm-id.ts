import { z } from 'zod';

/**
 * Name of an alarm: its area's path and its own name, e.g. `beam/horn/current`. The area is a tree; guidance, audience
 * and links come down it.
 */
export const AlarmId = z
  .string()
  .max(200)
  .regex(
    /^[a-z0-9][a-z0-9-]*(\/[a-z0-9][a-z0-9-]*)*$/,
    'must be lower-case letters, digits and -, with / between the levels, e.g. beam/horn/current',
  );
export type AlarmId = z.infer<typeof AlarmId>;

/** `beam/horn` of `beam/horn/current`; empty for an alarm at the top. */
export const areaOf = (id: AlarmId): string => id.slice(0, Math.max(0, id.lastIndexOf('/')));
