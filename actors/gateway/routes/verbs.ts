import { z } from '@hono/zod-openapi';
import { duration } from '../../../runtime/config/units.ts';
import type { Permission } from '../auth/role.ts';
import type { Words } from '../commander.ts';

/** People write it and others read it: text, without what steers a terminal or turns text around. */
export const text = (most = 2000) =>
  z
    .string()
    .max(most)
    .regex(/^(?:[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|[\n\t\u200d])*$/u, 'must be text without control characters');

/** A caller that may have to ask twice gives a command its id: told twice, it is the same command. */
export const commandId = { id: z.uuid().optional().describe('of the command; told twice, it is done once') };

const ofAlarm = {
  ...commandId,
  expected: z
    .int()
    .min(0)
    .optional()
    .describe('`transition` of the alarm as it was seen: refused with COMMAND_STALE when it has moved on'),
};
const noted = z.strictObject({ ...ofAlarm, note: text().default('') });
const reason = text().min(1);

interface Verb {
  readonly permission: Permission;
  readonly summary: string;
  readonly schema: z.ZodType<Omit<Words, 'kind'>>;
}

/** What can be done to an alarm: `POST /api/v1/alarms/{id}/{verb}`. */
export const VERBS = {
  acknowledge: { permission: 'operate', summary: 'Acknowledges it', schema: noted },
  unacknowledge: { permission: 'operate', summary: 'Takes the acknowledgement back', schema: noted },
  comment: {
    permission: 'operate',
    summary: 'Adds a comment',
    schema: z.strictObject({ ...ofAlarm, note: reason }),
  },
  'take-over': { permission: 'operate', summary: 'Makes whoever asks its owner', schema: noted },
  shelve: {
    permission: 'operate',
    summary: 'Puts it aside for a time',
    schema: z
      .strictObject({
        ...ofAlarm,
        reason,
        duration: duration().describe('for how long, e.g. "2h"'),
        oneShot: z.boolean().default(false).describe('until it has returned to normal, if that is earlier'),
      })
      .transform(({ duration, ...rest }) => ({ ...rest, durationMs: duration })),
  },
  unshelve: { permission: 'operate', summary: 'Takes it back from the shelf', schema: noted },
  reset: { permission: 'manage', summary: 'Lets go of a latched alarm', schema: noted },
  disable: {
    permission: 'manage',
    summary: 'Switches it off until somebody enables it',
    schema: z.strictObject({ ...ofAlarm, reason }),
  },
  enable: { permission: 'manage', summary: 'Switches it on again', schema: noted },
} as const satisfies Record<string, Verb>;

export type VerbName = keyof typeof VERBS;

export const isVerb = (word: string): word is VerbName => Object.hasOwn(VERBS, word);
