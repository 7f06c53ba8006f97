import { z } from 'zod';
import { Severity } from '../../../protocol/alarm/severity.ts';
import { alarmFields } from './schema-alarm.ts';
import { settingsFields } from './schema-settings.ts';
import { durationBetween, expressionText, modeName, words } from './schema-words.ts';

const area = z
  .strictObject(settingsFields)
  .describe('what all alarms below this area have, unless they say otherwise');

const quantity = z
  .strictObject({
    value: expressionText(),
    units: words().default('').describe('as people read them'),
    description: words().default(''),
  })
  .describe('a named expression');

const mode = z
  .strictObject({
    name: modeName(),
    description: words().default(''),
    when: expressionText().optional().describe('the readings speak for this mode'),
    manual: z.literal(true).optional().describe('only ever set by command'),
    for: durationBetween('0s', '1h')
      .prefault('0s')
      .describe('how long they must do so without a break before the mode is entered'),
    stale: durationBetween('1s', '7d').prefault('1m').describe('inputs older than this decide nothing'),
  })
  .refine(({ when, manual }) => (when === undefined) === (manual === true), {
    error: 'a mode is recognised or set; accepted: either when: or manual: true',
  });

/** The keys of a rule file. Alarms are checked one by one, after their templates are filled in. */
export const RuleFile = z.strictObject({
  defaults: area.optional().describe('the same for all alarms of all files'),
  areas: z.record(z.string(), area).optional().describe('by path, e.g. beam/horn'),
  modes: z
    .array(mode)
    .optional()
    .describe('machine modes, in one file; the first whose condition holds is the mode'),
  quantities: z.record(z.string(), quantity).optional().describe('by name'),
  alarms: z.record(z.string(), z.record(z.string(), z.unknown())).optional().describe('by id'),
});
export type RuleFile = z.infer<typeof RuleFile>;
export type ModeEntry = z.infer<typeof mode>;
export type QuantityEntry = z.infer<typeof quantity>;

/** What editors know of rule files: with the keys of alarms, which may hold placeholders. */
export const ruleFileForEditors = z
  .strictObject({ ...RuleFile.shape, alarms: z.record(z.string(), z.strictObject(alarmFields)).optional() })
  .describe(`severities: ${Object.values(Severity).join(', ')}`);
