import { facts } from '../engines.ts';
import type { Migration } from './migration.ts';

/**
 * What alarms did, what people did about them, and by which rules. Kept for good: a year at 200 alarms a day is some
 * 50 MB before compression. `alarm_states` has every alarm as it is now, `alarm_audit` every command with its result.
 */

const ORIGIN = `
  stored_at   DateTime64(3, 'UTC') COMMENT 'when JetStream had this message' CODEC(Delta, ZSTD(1)),
  stream      LowCardinality(String),
  sequence    UInt64 CODEC(DoubleDelta, ZSTD(1)),
  inserted_at DateTime64(3, 'UTC') DEFAULT now64(3) CODEC(Delta, ZSTD(1)),
  INDEX by_sequence sequence TYPE minmax GRANULARITY 1`;

const changes = `CREATE TABLE IF NOT EXISTS alarm_changes (
  ts                DateTime64(6, 'UTC') COMMENT 'when JetStream stored what made it change' CODEC(Delta, ZSTD(1)),
  event_ts          Nullable(DateTime64(6, 'UTC')) COMMENT 'device time of the value that made it change' CODEC(ZSTD(1)),
  latency_ms        Nullable(Float64) DEFAULT (toUnixTimestamp64Micro(ts) - toUnixTimestamp64Micro(event_ts)) / 1000
                    COMMENT 'from device time to JetStream' CODEC(ZSTD(1)),
  alarm             LowCardinality(String) COMMENT 'area and name, e.g. beam/horn/current',
  area              LowCardinality(String),
  transition        UInt64 COMMENT 'counts the changes of this alarm' CODEC(ZSTD(1)),
  cause             LowCardinality(String) COMMENT 'input, time, command, mode, rules',
  reason            String CODEC(ZSTD(1)),
  state_before      LowCardinality(String),
  state             LowCardinality(String) COMMENT 'of ISA-18.2, e.g. unacknowledged',
  severity_before   LowCardinality(String),
  severity          LowCardinality(String) COMMENT 'of EPICS, of the condition now',
  peak              LowCardinality(String) COMMENT 'worst severity since it was last normal',
  status            LowCardinality(String) COMMENT 'of EPICS, e.g. HIHI',
  value             Nullable(Float64) COMMENT 'what was compared, where it is a number, yes (1) or no (0)' CODEC(ZSTD(1)),
  value_text        String COMMENT 'the same for people, five figures; empty when there is none' CODEC(ZSTD(1)),
  units             LowCardinality(String),
  threshold         Nullable(Float64) COMMENT 'the limit it is beyond' CODEC(ZSTD(1)),
  mode              LowCardinality(String) COMMENT 'machine mode',
  rules             UInt32 COMMENT 'version, see alarm_rules' CODEC(ZSTD(1)),
  title             LowCardinality(String),
  audience          Array(LowCardinality(String)),
  guidance          String CODEC(ZSTD(1)),
  dashboard         LowCardinality(String),
  labels            Map(LowCardinality(String), String) CODEC(ZSTD(1)),
  raised_at         Nullable(DateTime64(6, 'UTC')) COMMENT 'when it last became active' CODEC(ZSTD(1)),
  returned_at       Nullable(DateTime64(6, 'UTC')) COMMENT 'when it last returned to normal' CODEC(ZSTD(1)),
  acknowledged_by   LowCardinality(String),
  acknowledged_at   Nullable(DateTime64(6, 'UTC')) CODEC(ZSTD(1)),
  acknowledged_note String CODEC(ZSTD(1)),
  shelved_by        LowCardinality(String),
  shelved_at        Nullable(DateTime64(6, 'UTC')) CODEC(ZSTD(1)),
  shelved_reason    String CODEC(ZSTD(1)),
  shelved_until     Nullable(DateTime64(6, 'UTC')) CODEC(ZSTD(1)),
  shelved_one_shot  Bool,
  disabled_by       LowCardinality(String),
  disabled_at       Nullable(DateTime64(6, 'UTC')) CODEC(ZSTD(1)),
  disabled_reason   String CODEC(ZSTD(1)),
  suppressed_by     LowCardinality(String) COMMENT 'parent alarm, mode or enabling condition',
  comment_by        LowCardinality(String),
  comment_at        Nullable(DateTime64(6, 'UTC')) CODEC(ZSTD(1)),
  comment_note      String CODEC(ZSTD(1)),
  owner             LowCardinality(String),
  inputs            Array(Tuple(name String, value String, at Nullable(DateTime64(6, 'UTC'))))
                    COMMENT 'what the value was made from' CODEC(ZSTD(1)),${ORIGIN}
) ${facts({ orderBy: 'alarm, ts, transition', partitionBy: 'toYear(ts)' })}`;

/** One alarm may change several times at one moment; the last of them counts. */
const states = `CREATE VIEW IF NOT EXISTS alarm_states AS
SELECT * FROM alarm_changes ORDER BY alarm, ts DESC, transition DESC LIMIT 1 BY alarm`;

const modes = `CREATE TABLE IF NOT EXISTS machine_modes (
  ts          DateTime64(6, 'UTC') CODEC(Delta, ZSTD(1)),
  mode        LowCardinality(String),
  mode_before LowCardinality(String) COMMENT 'empty at the very start',
  reason      String CODEC(ZSTD(1)),
  set_by      LowCardinality(String) COMMENT 'person; empty when it was recognised from the readings',${ORIGIN}
) ${facts({ orderBy: 'ts' })}`;

const rules = `CREATE TABLE IF NOT EXISTS alarm_rules (
  ts       DateTime64(6, 'UTC') COMMENT 'in force since' CODEC(Delta, ZSTD(1)),
  version  UInt32,
  digest   String COMMENT 'see alarm_rule_files',
  put_by   LowCardinality(String),
  alarms   UInt32 COMMENT 'alarms defined',
  added    Array(String) CODEC(ZSTD(1)),
  removed  Array(String) CODEC(ZSTD(1)),
  changed  Array(String) COMMENT 'alarms whose rule differs' CODEC(ZSTD(1)),
  moved    Array(String) COMMENT 'alarms whose state changed only because of the new rules' CODEC(ZSTD(1)),${ORIGIN}
) ${facts({ orderBy: 'ts, version' })}`;

const ruleFiles = `CREATE TABLE IF NOT EXISTS alarm_rule_files (
  ts     DateTime64(6, 'UTC') COMMENT 'when they were to be put in force' CODEC(Delta, ZSTD(1)),
  digest String COMMENT 'of all files together',
  path   String,
  text   String CODEC(ZSTD(3)),
  put_by LowCardinality(String),${ORIGIN}
) ${facts({ orderBy: 'ts, digest, path' })}`;

const commands = `CREATE TABLE IF NOT EXISTS alarm_commands (
  ts               DateTime64(6, 'UTC') CODEC(Delta, ZSTD(1)),
  command          String COMMENT 'identity' CODEC(ZSTD(1)),
  kind             LowCardinality(String) COMMENT 'e.g. acknowledge, shelve, set-mode, silence',
  person           LowCardinality(String),
  origin           LowCardinality(String) COMMENT 'terminal, gateway, chat, alertmanager',
  place            LowCardinality(String) COMMENT 'host, address or chat user it came from',
  alarm            LowCardinality(String),
  expected         Nullable(UInt64) COMMENT 'transition that the person saw' CODEC(ZSTD(1)),
  why              String COMMENT 'note, reason or comment' CODEC(ZSTD(1)),
  duration_ms      Nullable(Float64) COMMENT 'of shelving' CODEC(ZSTD(1)),
  one_shot         Bool,
  mode             LowCardinality(String) COMMENT 'to be set; empty: recognise it again',
  silence          String CODEC(ZSTD(1)),
  matchers         Array(Tuple(name String, value String, is_regex Bool, is_equal Bool)) CODEC(ZSTD(1)),
  starts_at        Nullable(DateTime64(6, 'UTC')) CODEC(ZSTD(1)),
  ends_at          Nullable(DateTime64(6, 'UTC')) CODEC(ZSTD(1)),
  end_when_cleared Bool,${ORIGIN}
) ${facts({ orderBy: 'ts, command' })}`;

const results = `CREATE TABLE IF NOT EXISTS command_results (
  ts         DateTime64(6, 'UTC') CODEC(Delta, ZSTD(1)),
  command    String COMMENT 'identity of the command' CODEC(ZSTD(1)),
  kind       LowCardinality(String),
  done       Bool,
  code       LowCardinality(String) COMMENT 'why not',
  message    String CODEC(ZSTD(1)),
  alarm      LowCardinality(String),
  transition Nullable(UInt64) COMMENT 'where the alarm stood then' CODEC(ZSTD(1)),${ORIGIN}
) ${facts({ orderBy: 'command' })}`;

const audit = `CREATE VIEW IF NOT EXISTS alarm_audit AS
SELECT
  c.ts AS ts, c.person AS person, c.origin AS origin, c.place AS place, c.kind AS kind, c.alarm AS alarm, c.mode AS mode,
  c.silence AS silence, c.why AS why, c.command AS command, r.command != '' AS answered, r.done AS done, r.code AS code,
  r.message AS message, r.transition AS transition, if(r.command = '', NULL, r.ts) AS answered_at
FROM alarm_commands AS c LEFT ANY JOIN command_results AS r ON c.command = r.command`;

export const alarmsMigration: Migration = {
  id: 5,
  name: 'alarms',
  statements: [changes, states, modes, rules, ruleFiles, commands, results, audit],
};
