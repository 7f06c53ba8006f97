import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { RowWriter } from '../../../actors/recorder/row-writer.ts';
import type { TableMapping } from '../../../actors/recorder/rows.ts';
import { alarmChangesTable } from '../../../actors/recorder/tables/alarm-changes.ts';
import { alarmCommandsTable, commandResultsTable } from '../../../actors/recorder/tables/alarm-commands.ts';
import {
  alarmRuleFilesTable,
  alarmRulesTable,
  machineModesTable,
} from '../../../actors/recorder/tables/alarm-rules.ts';
import { clustersTable } from '../../../actors/recorder/tables/clusters.ts';
import { eventsTable } from '../../../actors/recorder/tables/events.ts';
import {
  noticeItemsTable,
  noticeOutcomesTable,
  noticesTable,
  notificationsTable,
} from '../../../actors/recorder/tables/notices.ts';
import { eventGapsTable, rawEventsTable } from '../../../actors/recorder/tables/raw-events.ts';
import { runSummariesTable } from '../../../actors/recorder/tables/run-summaries.ts';
import { pedestalsTable, runBeginsTable, runEndsTable } from '../../../actors/recorder/tables/runs.ts';
import { silencesTable } from '../../../actors/recorder/tables/silences.ts';
import { waveformsTable } from '../../../actors/recorder/tables/waveforms.ts';
import { AlarmChange } from '../../../protocol/messages/alarm-change.ts';
import { AlarmCommand, CommandResult } from '../../../protocol/messages/alarm-command.ts';
import { AlarmRules, AlarmRulesApplied } from '../../../protocol/messages/alarm-rules.ts';
import { EventGap } from '../../../protocol/messages/event-gap.ts';
import { MachineMode } from '../../../protocol/messages/machine-mode.ts';
import { Notice, NoticeOutcome } from '../../../protocol/messages/notice.ts';
import { Notification } from '../../../protocol/messages/notification.ts';
import { Pedestal } from '../../../protocol/messages/pedestal.ts';
import { RawEvent } from '../../../protocol/messages/raw-event.ts';
import { Reconstruction } from '../../../protocol/messages/reconstruction.ts';
import { RunSummary } from '../../../protocol/messages/run-summary.ts';
import { RunBegin, RunEnd } from '../../../protocol/messages/run-transition.ts';
import { Silence } from '../../../protocol/messages/silence.ts';
import { altered, samplesOf } from './samples.ts';

const KINDS: readonly [type: string, schema: z.ZodType, tables: readonly TableMapping<unknown>[]][] = [
  ['alarm-change/1', AlarmChange, [alarmChangesTable]],
  ['machine-mode/1', MachineMode, [machineModesTable]],
  ['alarm-rules-applied/1', AlarmRulesApplied, [alarmRulesTable]],
  ['alarm-rules/1', AlarmRules, [alarmRuleFilesTable]],
  ['alarm-command/1', AlarmCommand, [alarmCommandsTable]],
  ['command-result/1', CommandResult, [commandResultsTable]],
  ['notice/1', Notice, [noticesTable, noticeItemsTable]],
  ['notice-outcome/1', NoticeOutcome, [noticeOutcomesTable]],
  ['silence/1', Silence, [silencesTable]],
  ['notification/1', Notification, [notificationsTable]],
  ['raw-event/1', RawEvent, [rawEventsTable]],
  ['event-gap/1', EventGap, [eventGapsTable]],
  ['run-begin/1', RunBegin, [runBeginsTable]],
  ['run-end/1', RunEnd, [runEndsTable]],
  ['pedestal/1', Pedestal, [pedestalsTable]],
  ['reconstruction/1', Reconstruction, [eventsTable, clustersTable, waveformsTable]],
  ['run-summary/1', RunSummary, [runSummariesTable]],
];

function written(tables: readonly TableMapping<unknown>[], type: string, body: unknown): string {
  const rows = new RowWriter();
  for (const table of tables)
    table.write(rows, {
      type,
      body,
      identity: 'identity',
      stream: 'ALARM@1',
      sequence: 1,
      storedAt: 1,
      subject: 'subject',
      hops: [],
    });
  return rows.bytes.toString('base64');
}

describe('no field of a message, added today or in a year, stays out of the store', () => {
  for (const [type, schema, tables] of KINDS) {
    for (const [index, { body, leaves }] of samplesOf(schema).entries()) {
      test(`${type}, form ${index + 1}: each of its ${leaves.length} fields changes a row`, () => {
        expect(schema.safeParse(body).error).toBeUndefined();
        const before = written(tables, type, body);
        const unseen = leaves.filter(leaf => {
          const other = altered(body, leaf);
          expect(schema.safeParse(other).error).toBeUndefined();
          return written(tables, type, other) === before;
        });
        expect(unseen.map(({ path }) => path.join('.'))).toEqual([]);
      });
    }
  }
});

test('a message of another kind makes no row', () => {
  const rows = new RowWriter();
  for (const [, , tables] of KINDS)
    for (const table of tables) {
      const message = {
        type: 'other/1',
        body: {},
        identity: '',
        stream: 'ALARM@1' as const,
        sequence: 1,
        storedAt: 1,
        subject: '',
        hops: [],
      };
      expect(table.write(rows, message)).toBe(0);
    }
  expect(rows.bytes).toHaveLength(0);
});
