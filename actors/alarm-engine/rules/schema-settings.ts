import { z } from 'zod';
import { byMode, durationBetween, expressionText, raisedSeverity, words } from './schema-words.ts';

/** Most evaluations that a count may look back on: a state of every alarm. */
const MOST_COUNTED = 1000;

const severities = z.strictObject({
  lolo: raisedSeverity().optional(),
  low: raisedSeverity().optional(),
  high: raisedSeverity().optional(),
  hihi: raisedSeverity().optional(),
});

/** What an alarm may have from its area, and an area from the one above. */
export const settingsFields = {
  guidance: words().optional().describe('what to do; markdown'),
  dashboard: words().optional().describe('link or board uid with the picture'),
  audience: z
    .array(words().pipe(z.string().min(1)))
    .optional()
    .describe('who is meant, e.g. shifter, expert'),
  labels: z
    .record(z.string().regex(/^[a-z][a-z0-9_]*$/, 'must be lower-case letters, digits or _'), words())
    .optional()
    .describe('further words for routing; those of the areas above are kept'),
  severity: byMode(
    raisedSeverity(),
    given => typeof given === 'string',
    'must be MINOR or MAJOR, or such by mode as { beam-on: MAJOR, default: none }',
  )
    .optional()
    .describe('of a condition that holds; by mode if wanted, with default: and none'),
  severities: severities
    .optional()
    .describe(
      'of values beyond their limits; by default MAJOR beyond lolo and hihi, MINOR beyond low and high',
    ),
  onDelay: durationBetween('0s', '1d').optional().describe('how long it must last before it is raised'),
  offDelay: durationBetween('0s', '1d').optional().describe('how long it must be over before it returns'),
  count: z
    .strictObject({
      bad: z.int().min(1).max(MOST_COUNTED),
      of: z.int().min(1).max(MOST_COUNTED),
    })
    .refine(({ bad, of }) => bad <= of, { error: 'can never be reached: bad must be at most of' })
    .optional()
    .describe('raised only when so many of the last evaluations were bad'),
  latch: z.boolean().optional().describe('stays after it is over until somebody resets it'),
  acknowledge: z
    .boolean()
    .optional()
    .describe('once over it stays on the list until somebody has acknowledged it; true when nothing is said'),
  enable: expressionText().optional().describe('while this is false it is suppressed'),
  mask: z.array(z.string()).optional().describe('alarms that hide it while they are active'),
  stale: z
    .union([z.literal('never').transform(() => Number.POSITIVE_INFINITY), durationBetween('1s', '7d')])
    .optional()
    .describe('inputs older than this are not to be trusted; never for those that need not come again'),
  shelveMax: durationBetween('1m', '30d').optional().describe('longest time it may be shelved'),
};
