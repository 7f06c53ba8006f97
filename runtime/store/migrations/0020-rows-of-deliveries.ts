import type { Migration } from './migration.ts';

/** What a delivery put into each table, so that the recorder finds what the store has lost since by counting (`actors/recorder/lost-rows.ts`). */
export const rowsOfDeliveriesMigration: Migration = {
  id: 21,
  name: 'rows of deliveries',
  statements: [
    `ALTER TABLE deliveries ADD COLUMN IF NOT EXISTS tables Map(LowCardinality(String), UInt64)
      COMMENT 'rows by table; none where it was delivered before they were counted' CODEC(ZSTD(1)) AFTER rows`,
  ],
};
