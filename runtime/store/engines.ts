/**
 * The engine clause of every table, in one place: a replicated deployment swaps the names for
 * `ReplicatedMergeTree('/clickhouse/tables/{shard}/{database}/{table}', '{replica}')` and its kin, and
 * `non_replicated_deduplication_window` for `replicated_deduplication_window`.
 */

interface TableLayout {
  /** What queries select by, most selective first. */
  readonly orderBy: string;
  /** A month or longer: an insert should touch few partitions. */
  readonly partitionBy?: string;
  /**
   * How long rows are kept, counted from when they *arrived*: counted from their own time, late and back-filled rows
   * would vanish in the insert.
   */
  readonly keep?: string;
  /** Column with the arrival. */
  readonly arrival?: string;
}

/** Inserts remembered by token. One batch per stream is under way at a time, so a few would do. */
const DEDUPLICATION_WINDOW = 1000;

const engine = (name: string, { orderBy, partitionBy, keep, arrival = 'inserted_at' }: TableLayout) =>
  [
    `ENGINE = ${name}`,
    ...(partitionBy === undefined ? [] : [`PARTITION BY ${partitionBy}`]),
    `ORDER BY (${orderBy})`,
    ...(keep === undefined ? [] : [`TTL ${arrival} + INTERVAL ${keep}`]),
    `SETTINGS ${[
      // Needed on the targets of views too, or a repeated insert counts twice in the roll-ups.
      `non_replicated_deduplication_window = ${DEDUPLICATION_WINDOW}`,
      // An insert is acknowledged to JetStream when it returns, so it has to survive a power cut by then: 2 ms each.
      'fsync_after_insert = 1',
      'fsync_part_directory = 1',
      // Old rows go by whole parts, without rewriting any.
      ...(keep === undefined ? [] : ['ttl_only_drop_parts = 1']),
    ].join(', ')}`,
  ].join('\n');

/** Facts, as they came. */
export const facts = (layout: TableLayout): string => engine('MergeTree', layout);

/** Roll-ups: rows of equal key are merged by their columns' aggregate functions. */
export const rollUp = (layout: TableLayout): string => engine('AggregatingMergeTree', layout);

/** Of rows of equal key the one of the highest version stays, once they are merged. */
export const latest = (version: string, layout: TableLayout): string =>
  engine(`ReplacingMergeTree(${version})`, layout);
