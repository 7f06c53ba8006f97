/** An expression for the name of a quantity, and the column with its value; one that is not finite makes no row. */
export type Made = Readonly<Record<string, string>>;

/**
 * A view that writes quantities. One per table: each writes three parts (quantities and their roll-ups) with every insert.
 * @param rows with `taken`, `stream`, `sequence` and the columns
 */
export const quantitiesFrom = (view: string, made: Made, rows: string): string =>
  `CREATE MATERIALIZED VIEW IF NOT EXISTS ${view} TO quantities AS
SELECT taken AS ts, pair.1 AS quantity, assumeNotNull(pair.2) AS value, stream, sequence
FROM (
  SELECT taken, stream, sequence, arrayJoin([${Object.entries(made)
    .map(([name, value]) => `(${name}, ${value})`)
    .join(', ')}]) AS pair
  FROM (${rows})
)
WHERE isFinite(pair.2)`;

/** Steps of a calculation, each by the names that the ones before gave. */
export const steps = (source: string, ...each: readonly (readonly string[])[]): string =>
  each.reduce((before, step) => `SELECT *, ${step.join(',\n    ')}\n  FROM (${before})`, source);
