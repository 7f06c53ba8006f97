import type { MessageType } from '../../protocol/message.ts';
import { account } from '../../protocol/messages/account.ts';
import { alarmChange } from '../../protocol/messages/alarm-change.ts';
import {
  alarmCommand,
  alarmCommandResult,
  noticeCommandResult,
} from '../../protocol/messages/alarm-command.ts';
import { alarmRules, alarmRulesApplied } from '../../protocol/messages/alarm-rules.ts';
import { discrepancy } from '../../protocol/messages/discrepancy.ts';
import { eventGap } from '../../protocol/messages/event-gap.ts';
import { fileClosed } from '../../protocol/messages/file-closed.ts';
import { type Health, health } from '../../protocol/messages/health.ts';
import { ledgerEntry } from '../../protocol/messages/ledger-entry.ts';
import { ledgerGap } from '../../protocol/messages/ledger-gap.ts';
import { machineMode } from '../../protocol/messages/machine-mode.ts';
import { notice, noticeOutcome } from '../../protocol/messages/notice.ts';
import { notification } from '../../protocol/messages/notification.ts';
import { pedestal } from '../../protocol/messages/pedestal.ts';
import { rawEvent } from '../../protocol/messages/raw-event.ts';
import { type Readings, readings, slowReadings } from '../../protocol/messages/readings.ts';
import { reconstruction } from '../../protocol/messages/reconstruction.ts';
import { runSummary } from '../../protocol/messages/run-summary.ts';
import { runBegin, runEnd } from '../../protocol/messages/run-transition.ts';
import { silence } from '../../protocol/messages/silence.ts';
import { type SpillRecord, spillRecord } from '../../protocol/messages/spill-record.ts';
import type { StreamName } from '../../protocol/subjects.ts';
import { type ActorContext, batch, type Lane, type RunningActor } from '../../runtime/actor.ts';
import { openStore } from '../../runtime/store/connection.ts';
import { migrate } from '../../runtime/store/migrate.ts';
import { afterEachStart } from './after-store-start.ts';
import type { RecorderConfig } from './config.ts';
import { PutBack, type Recorded } from './put-back.ts';
import { Recording } from './recording.ts';
import type { TableMapping } from './rows.ts';
import { alarmChangesTable } from './tables/alarm-changes.ts';
import { alarmCommandsTable, commandResultsTable } from './tables/alarm-commands.ts';
import { alarmRuleFilesTable, alarmRulesTable, machineModesTable } from './tables/alarm-rules.ts';
import { accountsTable, discrepanciesTable } from './tables/audit.ts';
import { clustersTable } from './tables/clusters.ts';
import { eventsTable } from './tables/events.ts';
import { healthTable } from './tables/health.ts';
import { ledgerTable } from './tables/ledger.ts';
import { noticeItemsTable, noticeOutcomesTable, noticesTable, notificationsTable } from './tables/notices.ts';
import { quantitiesTable } from './tables/quantities.ts';
import { eventGapsTable, rawEventsTable } from './tables/raw-events.ts';
import { readingProblemsTable } from './tables/reading-problems.ts';
import { readingArraysTable, readingsTable } from './tables/readings.ts';
import { runSummariesTable } from './tables/run-summaries.ts';
import { pedestalsTable, runBeginsTable, runEndsTable } from './tables/runs.ts';
import { silencesTable } from './tables/silences.ts';
import { spillsTable } from './tables/spills.ts';
import { triggersTable } from './tables/triggers.ts';
import { waveformsTable } from './tables/waveforms.ts';

interface LaneOptions<Body> {
  readonly maxWaitMs?: number;
  readonly isTimed?: (body: Body) => boolean;
  /** Whether the books are kept of what is in the stream. */
  readonly tells?: boolean;
}

/** Readings of the beam and of slow control fill the same tables: the same roll-ups, boards and rules serve both. */
const READINGS = [readingsTable, readingArraysTable, readingProblemsTable, triggersTable];

/** Nobody looks at these by the second, and a few rows cost an insert as much as a thousand: times the wait of the others. */
const SELDOM = 5;

export async function start(config: RecorderConfig, context: ActorContext): Promise<RunningActor> {
  await migrate(context.store, context.log);
  const store = openStore(context.store);
  const recorded: Recorded<unknown>[] = [];
  const lane = <Body>(
    stream: StreamName,
    types: readonly MessageType<Body>[],
    tables: readonly TableMapping<Body>[],
    { maxWaitMs = config.maxWait, isTimed, tells = false }: LaneOptions<Body> = {},
  ): Lane => {
    const recording = new Recording(store, tables, context, isTimed, tells);
    recorded.push({ stream, types, recording } as unknown as Recorded<unknown>);
    return batch<Body>({
      stream,
      types,
      maxMessages: config.maxMessages,
      maxBytes: config.maxBytes,
      maxWaitMs,
      resume: source => recording.resume(source),
      deliver: messages => recording.deliver(messages),
    });
  };
  const lanes = [
    lane<Readings>('BEAM', [readings], [...READINGS, quantitiesTable], { tells: true }),
    lane<Readings>('SLOW', [slowReadings], READINGS, { maxWaitMs: SELDOM * config.maxWait }),
    // Out of spill devices are read seconds after their trigger, which is no latency of ours.
    lane<SpillRecord>('SPILL', [spillRecord], [spillsTable], {
      isTimed: ({ inOut }) => inOut === 'in',
      tells: true,
    }),
    lane<unknown>('LEDGER', [ledgerEntry, ledgerGap, fileClosed], [ledgerTable], {
      maxWaitMs: SELDOM * config.maxWait,
    }),
    lane<unknown>('AUDIT', [account, discrepancy], [accountsTable, discrepanciesTable], {
      maxWaitMs: SELDOM * config.maxWait,
    }),
    lane<unknown>('EVENT', [rawEvent, eventGap], [rawEventsTable, eventGapsTable], {
      tells: true,
      maxWaitMs: SELDOM * config.maxWait,
    }),
    lane<unknown>('RUN', [runBegin, runEnd, pedestal], [runBeginsTable, runEndsTable, pedestalsTable]),
    lane<unknown>('RECO', [reconstruction], [eventsTable, clustersTable, waveformsTable], {
      tells: true,
      maxWaitMs: SELDOM * config.maxWait,
    }),
    lane<unknown>('SUMMARY', [runSummary], [runSummariesTable], { maxWaitMs: SELDOM * config.maxWait }),
    lane<Health>('HEALTH', [health], [healthTable], { maxWaitMs: SELDOM * config.maxWait }),
    lane<unknown>(
      'ALARM',
      [alarmChange, machineMode, alarmRulesApplied, alarmCommandResult],
      [alarmChangesTable, machineModesTable, alarmRulesTable, commandResultsTable],
    ),
    lane<unknown>(
      'COMMAND',
      [alarmCommand, alarmRules, notification],
      [alarmCommandsTable, alarmRuleFilesTable, notificationsTable],
    ),
    lane<unknown>(
      'NOTICE',
      [notice, noticeCommandResult, silence],
      [noticesTable, noticeItemsTable, commandResultsTable, silencesTable],
    ),
    lane<unknown>('OUTCOME', [noticeOutcome], [noticeOutcomesTable]),
  ];
  const stopped = new AbortController();
  const putBack = new PutBack(store, recorded, context);
  const watching = afterEachStart(
    store,
    signal => putBack.look(signal),
    context.log,
    AbortSignal.any([stopped.signal, context.signal]),
  );
  return {
    lanes,
    async [Symbol.asyncDispose]() {
      stopped.abort();
      await watching;
      await store[Symbol.asyncDispose]();
    },
  };
}
