import { z } from 'zod';
import { Severity } from '../../../protocol/alarm/severity.ts';
import { LIMIT_NAMES, type Limits } from './rule.ts';
import { settingsFields } from './schema-settings.ts';
import { byMode, durationBetween, expressionText, words } from './schema-words.ts';

const limit = () => z.number({ error: 'must be a number' });

const oneOfLimits = z
  .strictObject({
    lolo: limit().optional(),
    low: limit().optional(),
    high: limit().optional(),
    hihi: limit().optional(),
  })
  .refine(limits => LIMIT_NAMES.some(name => limits[name] !== undefined), {
    error: `has no limit; accepted: ${LIMIT_NAMES.join(', ')}, at least one`,
  })
  .transform(limits => limits as Limits);

const isLimits = (given: unknown): boolean =>
  typeof given === 'object' && given !== null && LIMIT_NAMES.some(name => name in given);

const name = (what: string) => z.string().min(1).optional().describe(what);

const absent = z
  .strictObject({
    trigger: name('accelerator event or timer, e.g. A9'),
    device: name('a reading'),
    actor: name('a heartbeat'),
    stage: name('an entry of the ledger, e.g. filed'),
    for: durationBetween('100ms', '7d'),
    while: expressionText().optional(),
  })
  .refine(given => [given.trigger, given.device, given.actor, given.stage].filter(Boolean).length === 1, {
    error: 'of what? accepted: one of trigger, device, actor, stage',
  });

/** What can be wrong; an alarm has exactly one of them, and `value` beside `limits`, `states` or `when`. */
const conditionFields = {
  value: expressionText().optional(),
  limits: byMode(
    oneOfLimits,
    isLimits,
    'must be limits as { low: 1, high: 2 }, or such by mode as { beam-on: { high: 2 }, default: none }',
  )
    .optional()
    .describe('of the value; by mode if wanted'),
  deadband: z
    .number()
    .min(0)
    .optional()
    .describe('a limit is left only when the value is inside it by this much'),
  states: z
    .record(z.string(), z.enum([Severity.noAlarm, Severity.minor, Severity.major]))
    .optional()
    .describe('severity of each value; otherwise: is that of all others'),
  when: expressionText().optional().describe('should not hold'),
  absent: absent.optional().describe('should come and does not'),
  closer: z
    .strictObject({ trigger: z.string().min(1), than: durationBetween('1ms', '1h') })
    .optional()
    .describe('a trigger that follows too soon on the one before'),
  gap: z
    .strictObject({
      stage: z.string().min(1).default('*').describe('stage of the ledger; * for all'),
      hold: durationBetween('1s', '7d').prefault('10m').describe('how long it stands after the last gap'),
    })
    .optional()
    .describe('something is missing for good'),
};

const element = z.union([z.string(), z.number()]);

const fieldsOf = (one: unknown): string =>
  typeof one === 'object' && one !== null ? Object.keys(one).toSorted().join() : '';

/** Variables of a template. */
export const EachEntry = z
  .record(
    z.string().regex(/^[a-z][A-Za-z0-9]*$/, 'must be letters and digits, beginning with a small letter'),
    z.union([
      z.string().regex(/^-?\d+\.\.-?\d+$/, 'must be a list, or a range as 1..6'),
      z
        .array(z.union([element, z.record(z.string(), element)]))
        .min(1, 'must have an element')
        .refine(elements => new Set(elements.map(fieldsOf)).size === 1, 'has elements with different fields'),
    ]),
  )
  .describe(
    'makes an alarm of every combination; {name} stands for the element, {name.field} for a field of it',
  );

/** What an alarm says, its placeholders filled in. */
export const AlarmEntry = z.strictObject({
  title: words().describe('the alarm in a few words'),
  units: words().optional().describe('of the value; by default those of the quantity'),
  ...conditionFields,
  ...settingsFields,
});
export type AlarmEntry = z.infer<typeof AlarmEntry>;
export type AlarmKey = keyof AlarmEntry;

/** Every key that an alarm may have. */
export const ALARM_KEYS = [...Object.keys(AlarmEntry.shape), 'each'];
