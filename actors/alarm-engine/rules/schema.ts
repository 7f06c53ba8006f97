import { z } from 'zod';
import { Severity } from '../../../protocol/alarm/severity.ts';
import { AlarmEntry, EachEntry } from './schema-alarm.ts';
import { settingsFields } from './schema-settings.ts';
import { durationBetween, expressionText, modeName, words } from './schema-words.ts';

export const AreaEntry = z
  .strictObject(settingsFields)
  .describe('what all alarms below this area have, unless they say otherwise');

export const QuantityEntry = z
  .strictObject({
    value: expressionText(),
    units: words().default('').describe('as people read them'),
    description: words().default(''),
  })
  .describe('a named expression');

export const ModeEntry = z
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
  defaults: AreaEntry.optional().describe('the same for all alarms of all files'),
  areas: z.record(z.string(), AreaEntry).optional().describe('by path, e.g. beam/horn'),
  modes: z
    .array(ModeEntry)
    .optional()
    .describe('machine modes, in one file; the first whose condition holds is the mode'),
  quantities: z.record(z.string(), QuantityEntry).optional().describe('by name'),
  alarms: z.record(z.string(), z.record(z.string(), z.unknown())).optional().describe('by id'),
});
export type RuleFile = z.infer<typeof RuleFile>;
export type ModeEntry = z.infer<typeof ModeEntry>;
export type QuantityEntry = z.infer<typeof QuantityEntry>;

/** What editors know of rule files: with the keys of alarms, which may hold placeholders. */
export const ruleFileForEditors = z
  .strictObject({
    ...RuleFile.shape,
    alarms: z.record(z.string(), AlarmEntry.extend({ each: EachEntry.optional() })).optional(),
  })
  .describe(`severities: ${Object.values(Severity).join(', ')}`);
