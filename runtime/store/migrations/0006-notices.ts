import { facts } from '../engines.ts';
import type { Migration } from './migration.ts';

/** What was told to whom, what became of it, and what outside programs wanted told. */

const ORIGIN = `
  stored_at   DateTime64(3, 'UTC') COMMENT 'when JetStream had this message' CODEC(Delta, ZSTD(1)),
  stream      LowCardinality(String),
  sequence    UInt64 CODEC(DoubleDelta, ZSTD(1)),
  inserted_at DateTime64(3, 'UTC') DEFAULT now64(3) CODEC(Delta, ZSTD(1)),
  INDEX by_sequence sequence TYPE minmax GRANULARITY 1`;

const notices = `CREATE TABLE IF NOT EXISTS notices (
  ts           DateTime64(6, 'UTC') COMMENT 'when it was decided' CODEC(Delta, ZSTD(1)),
  channel      LowCardinality(String),
  number       UInt64 COMMENT 'counts the notices of the channel' CODEC(ZSTD(1)),
  kind         LowCardinality(String) COMMENT 'page, update, repeat, escalation, digest, silence',
  incident     String COMMENT 'equal for all notices about one thing' CODEC(ZSTD(1)),
  edits        String COMMENT 'message of the channel that it edits' CODEC(ZSTD(1)),
  thread       String CODEC(ZSTD(1)),
  receiver     LowCardinality(String) COMMENT 'route that chose the channel',
  group_labels Map(LowCardinality(String), String) CODEC(ZSTD(1)),
  firing       Bool,
  severity     LowCardinality(String),
  title        String CODEC(ZSTD(1)),
  items        UInt32 COMMENT 'alarms shown, see notice_items',
  more         UInt32 COMMENT 'alarms left out',
  accounts_for Array(Tuple(alarm String, transition UInt64, shown Bool))
               COMMENT 'every transition that this notice tells of' CODEC(ZSTD(1)),
  link         String CODEC(ZSTD(1)),${ORIGIN}
) ${facts({ orderBy: 'channel, ts, number', partitionBy: 'toYear(ts)', keep: '5 YEAR' })}`;

const items = `CREATE TABLE IF NOT EXISTS notice_items (
  ts          DateTime64(6, 'UTC') COMMENT 'when the notice was decided' CODEC(Delta, ZSTD(1)),
  channel     LowCardinality(String),
  number      UInt64 COMMENT 'of the notice' CODEC(ZSTD(1)),
  place       UInt16 COMMENT 'within the notice, from 0',
  alarm       LowCardinality(String),
  transition  UInt64 COMMENT 'last one told of' CODEC(ZSTD(1)),
  transitions Array(UInt64) COMMENT 'all told of' CODEC(ZSTD(1)),
  firing      Bool,
  severity    LowCardinality(String),
  peak        LowCardinality(String),
  state       LowCardinality(String),
  title       LowCardinality(String),
  text        String CODEC(ZSTD(1)),
  value       String CODEC(ZSTD(1)),
  threshold   String CODEC(ZSTD(1)),
  mode        LowCardinality(String),
  guidance    String CODEC(ZSTD(1)),
  link        String CODEC(ZSTD(1)),
  audience    Array(LowCardinality(String)),
  labels      Map(LowCardinality(String), String) CODEC(ZSTD(1)),
  changed_at  DateTime64(6, 'UTC') COMMENT 'of the last transition' CODEC(Delta, ZSTD(1)),
  event_ts    Nullable(DateTime64(6, 'UTC')) COMMENT 'device time' CODEC(ZSTD(1)),
  raised_at   Nullable(DateTime64(6, 'UTC')) CODEC(ZSTD(1)),
  ended_at    Nullable(DateTime64(6, 'UTC')) CODEC(ZSTD(1)),
  person      LowCardinality(String) COMMENT 'who acknowledged, shelved or owns it',
  note        String CODEC(ZSTD(1)),${ORIGIN}
) ${facts({ orderBy: 'alarm, ts', partitionBy: 'toYear(ts)', keep: '5 YEAR' })}`;

const outcomes = `CREATE TABLE IF NOT EXISTS notice_outcomes (
  ts        DateTime64(6, 'UTC') CODEC(Delta, ZSTD(1)),
  channel   LowCardinality(String),
  number    UInt64 COMMENT 'of the notice' CODEC(ZSTD(1)),
  incident  String CODEC(ZSTD(1)),
  result    LowCardinality(String) COMMENT 'sent, failing, refused',
  reference String COMMENT 'what the channel calls the message' CODEC(ZSTD(1)),
  thread    String CODEC(ZSTD(1)),
  code      LowCardinality(String) COMMENT 'why not',
  detail    String COMMENT 'what the other side said' CODEC(ZSTD(1)),
  attempts  UInt32,
  doubtful  Bool COMMENT 'a crash hid whether an earlier try had reached the channel',${ORIGIN}
) ${facts({ orderBy: 'channel, ts, number', partitionBy: 'toYear(ts)', keep: '5 YEAR' })}`;

const notifications = `CREATE TABLE IF NOT EXISTS notifications (
  ts       DateTime64(6, 'UTC') CODEC(Delta, ZSTD(1)),
  id       String COMMENT 'as the sender gave it' CODEC(ZSTD(1)),
  source   LowCardinality(String),
  area     LowCardinality(String),
  title    String CODEC(ZSTD(1)),
  text     String CODEC(ZSTD(1)),
  severity LowCardinality(String),
  status   LowCardinality(String) COMMENT 'firing, resolved, event',
  key      String COMMENT 'ties a resolved to its firing' CODEC(ZSTD(1)),
  audience Array(LowCardinality(String)),
  labels   Map(LowCardinality(String), String) CODEC(ZSTD(1)),
  link     String CODEC(ZSTD(1)),${ORIGIN}
) ${facts({ orderBy: 'source, ts', partitionBy: 'toYear(ts)', keep: '5 YEAR' })}`;

export const noticesMigration: Migration = {
  id: 6,
  name: 'notices',
  statements: [notices, items, outcomes, notifications],
};
