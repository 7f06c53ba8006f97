import {
  type AlarmRules,
  type AlarmRulesApplied,
  alarmRules,
  alarmRulesApplied,
  digestOfRules,
} from '../../../protocol/messages/alarm-rules.ts';
import { type MachineMode, machineMode } from '../../../protocol/messages/machine-mode.ts';
import { type Columns, moment, type PartOf, rowPerMessage, rowPerPart } from './one-kind.ts';

const MODE: Columns<MachineMode> = {
  ts: (rows, { at }) => moment(rows, at),
  mode: (rows, { mode }) => rows.text(mode),
  mode_before: (rows, { from }) => rows.text(from),
  reason: (rows, { reason }) => rows.text(reason),
  set_by: (rows, { by }) => rows.text(by),
};

const APPLIED: Columns<AlarmRulesApplied> = {
  ts: (rows, { at }) => moment(rows, at),
  version: (rows, { version }) => rows.uint32(version),
  digest: (rows, { digest }) => rows.text(digest),
  put_by: (rows, { by }) => rows.text(by),
  alarms: (rows, { alarms }) => rows.uint32(alarms),
  added: (rows, { added }) => rows.texts(added),
  removed: (rows, { removed }) => rows.texts(removed),
  changed: (rows, { changed }) => rows.texts(changed),
  moved: (rows, { moved }) => rows.texts(moved),
  modes: (rows, { modes }) =>
    rows.array(modes, ({ name, description, manual }) => {
      rows.text(name);
      rows.text(description);
      rows.bool(manual);
    }),
};

type File = AlarmRules['files'][number];

const FILE: Columns<PartOf<AlarmRules, File & { digest: string }>> = {
  ts: (rows, { message }) => moment(rows, message.body.at),
  digest: (rows, { part }) => rows.text(part.digest),
  path: (rows, { part }) => rows.text(part.path),
  text: (rows, { part }) => rows.text(part.text),
  put_by: (rows, { message }) => rows.text(message.body.by),
};

/** One row per change of the machine mode. */
export const machineModesTable = rowPerMessage('machine_modes', machineMode, MODE);

/** One row per rule set that came into force, and what became different by it. */
export const alarmRulesTable = rowPerMessage('alarm_rules', alarmRulesApplied, APPLIED);

/** One row per file of a rule set that was to be put in force; the set is named by its digest. */
export const alarmRuleFilesTable = rowPerPart(
  'alarm_rule_files',
  alarmRules,
  ({ files }) => {
    const digest = digestOfRules(files);
    return files.map(file => ({ ...file, digest }));
  },
  FILE,
);
