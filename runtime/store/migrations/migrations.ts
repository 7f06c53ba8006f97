import { readingsMigration } from './0001-readings.ts';
import { readingArraysMigration } from './0002-reading-arrays.ts';
import { spillsMigration } from './0003-spills.ts';
import { operationMigration } from './0004-operation.ts';
import { alarmsMigration } from './0005-alarms.ts';
import { noticesMigration } from './0006-notices.ts';
import { quantitiesMigration } from './0007-quantities.ts';
import { plotsMigration } from './0008-plots.ts';
import { triggersMigration } from './0009-triggers.ts';
import { silencesMigration } from './0010-silences.ts';
import { daysMigration } from './0011-days.ts';
import { runsMigration } from './0012-runs.ts';
import { reconstructionMigration } from './0013-reconstruction.ts';
import { lighterInsertsMigration } from './0014-lighter-inserts.ts';
import { detectorsMigration } from './0015-detectors.ts';
import { runFiguresMigration } from './0016-run-figures.ts';
import { declaredModesMigration } from './0017-declared-modes.ts';
import { auditMigration } from './0018-audit.ts';
import { arraysInStepsMigration, valuesOfStepsMigration } from './0019-arrays-in-steps.ts';
import { rowsOfDeliveriesMigration } from './0020-rows-of-deliveries.ts';
import { sequencesOfOperationMigration } from './0021-sequences-of-operation.ts';
import type { Migration } from './migration.ts';

/** The schema, step by step. */
export const migrations: readonly Migration[] = [
  readingsMigration,
  readingArraysMigration,
  spillsMigration,
  operationMigration,
  alarmsMigration,
  noticesMigration,
  quantitiesMigration,
  plotsMigration,
  triggersMigration,
  silencesMigration,
  daysMigration,
  runsMigration,
  reconstructionMigration,
  lighterInsertsMigration,
  detectorsMigration,
  runFiguresMigration,
  declaredModesMigration,
  auditMigration,
  arraysInStepsMigration,
  valuesOfStepsMigration,
  rowsOfDeliveriesMigration,
  sequencesOfOperationMigration,
];
