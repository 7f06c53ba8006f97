/** A result as columns of text, as the store gave them in `TabSeparatedWithNamesAndTypes`. */
export interface Result {
  readonly columns: readonly Column[];
  /** Rows taken; there may have been more. */
  readonly rows: number;
  /** Whether rows were left out. */
  readonly cut: boolean;
}

export interface Column {
  readonly name: string;
  /** ClickHouse's, e.g. `Nullable(Float64)`. */
  readonly type: string;
  readonly kind: ColumnKind;
  /** null is NULL. */
  readonly values: readonly (string | null)[];
}

export const ColumnKind = { time: 'time', number: 'number', text: 'text', other: 'other' } as const;
export type ColumnKind = (typeof ColumnKind)[keyof typeof ColumnKind];

/** What Grafana makes of a type of ClickHouse. */
export function kindOf(type: string): ColumnKind {
  const inner = /^(?:Nullable|LowCardinality)\((.*)\)$/s.exec(type)?.[1];
  if (inner !== undefined) return kindOf(inner);
  const aggregated = /^SimpleAggregateFunction\([^,]+,\s*(.*)\)$/s.exec(type)?.[1];
  if (aggregated !== undefined) return kindOf(aggregated);
  if (/^Date(?:Time)?(?:32|64)?\b/.test(type)) return ColumnKind.time;
  if (/^(?:U?Int\d+|Float\d+|BFloat16|Decimal\b|Bool$)/.test(type)) return ColumnKind.number;
  return /^(?:String|FixedString|Enum|UUID|IPv)/.test(type) ? ColumnKind.text : ColumnKind.other;
}

const ESCAPES: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', b: '\b', f: '\f', '0': '\0' };
const unescaped = (text: string): string | null =>
  text === String.raw`\N`
    ? null
    : text.replaceAll(/\\(.)/gs, (_, character: string) => ESCAPES[character] ?? character);

/** @param most rows taken at most */
export function readResult(text: string, most: number): Result {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  const cells = (line: string | undefined) => (line === undefined ? [] : line.split('\t').map(unescaped));
  const names = cells(lines[0]);
  const types = cells(lines[1]);
  const body = lines.slice(2, 2 + most).map(cells);
  return {
    columns: names.map((name, index) => {
      const type = types[index] ?? '';
      return { name: name ?? '', type, kind: kindOf(type), values: body.map(row => row[index] ?? null) };
    }),
    rows: body.length,
    cut: lines.length - 2 > most,
  };
}
