import type { Migration } from './migration.ts';

/** The machine modes that a rule set declares: the names that others say, and those that a person may set. */
const modes = `ALTER TABLE alarm_rules ADD COLUMN IF NOT EXISTS
  modes Array(Tuple(name String, description String, manual Bool))
        COMMENT 'machine modes declared; manual: only ever set by a person' CODEC(ZSTD(1)) AFTER moved`;

export const declaredModesMigration: Migration = { id: 17, name: 'declared modes', statements: [modes] };
