/**
 * The first answer of a connection of clickhouse-go, the driver in Grafana's ClickHouse plugin.
 *
 * The driver decodes `SELECT displayName(), version(), revision(), timezone()` with its own protocol revision, which
 * adds block info and one byte per column to the Native format; every later answer it decodes with the revision the
 * server *reported*. So this one answer is made by hand, and reports revision 0: from then on the engine's plain
 * Native output is what the driver expects. (Seen with clickhouse-go 2.48 and chdb 3.4.)
 */

/** From this revision on a column carries a byte for its serialization kind. */
const OLDEST_REVISION = 54_454;

export const isHello = (sql: string, revision: number): boolean =>
  revision >= OLDEST_REVISION &&
  /^\s*SELECT\s+displayName\(\)\s*,\s*version\(\)\s*,\s*revision\(\)\s*,\s*timezone\(\)\s*;?\s*$/i.test(sql);

/** One block of one row in the layout of revision 54454 and above. */
export function helloBlock(version: string, timezone: string): Buffer {
  const column = (name: string, type: string, value: Buffer) =>
    Buffer.concat([text(name), text(type), Buffer.of(0), value]);
  const revision = Buffer.alloc(4);
  return Buffer.concat([
    // Block info: field 1 is_overflows = 0, field 2 bucket_num = -1, end.
    Buffer.of(1, 0, 2, 0xff, 0xff, 0xff, 0xff, 0),
    // Columns, rows.
    Buffer.of(4, 1),
    column('displayName()', 'String', text('spillway')),
    column('version()', 'String', text(version)),
    column('revision()', 'UInt32', revision),
    column('timezone()', 'String', text(timezone)),
  ]);
}

/** A length below 128 is one byte of a variable-length integer. */
function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.of(bytes.length), bytes]);
}
