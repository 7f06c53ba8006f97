/** What is wrong with a board, and where. */
export interface Finding {
  /** File, or title where there is no file. */
  readonly board: string;
  /** Title and id of the panel, or `variable NAME`, `annotation NAME`. */
  readonly place?: string;
  /** `A`, `B`, … */
  readonly target?: string;
  /** Name of the rule, e.g. `no-rows`. */
  readonly rule: Rule;
  readonly message: string;
}

/** Every rule, with what it is for. */
export const RULES = {
  board: 'the file is a classic dashboard',
  uid: 'a board has a uid, so that links to it last',
  utc: 'a board is in UTC, as the data is',
  'unique-ids': 'every panel has an id of its own',
  title: 'every panel has a title',
  description: 'every panel says what it shows',
  unit: 'every panel names its unit',
  'panel-type': 'a panel is of a type that this checker and our own page know',
  'no-target': 'every panel asks for something',
  'empty-target': 'every query has a text',
  'data-source': 'the data source is a variable, not one of a certain installation',
  'bare-variable': 'a variable that readers can set stands in a query as singlequote or sqlstring',
  overlap: 'panels do not lie on each other',
  variable: 'every variable has a value',
  expand: 'macros and variables are known and used as they are meant',
  query: 'the store runs the query',
  columns: 'columns are of the types, and in the order, that the panel draws',
  order: 'rows are sorted by time',
  'not-finite': 'values are finite, or NULL',
  'no-rows': 'there is something to see, or the panel says what none means (noValue)',
  'too-many-rows': 'a query gives no more rows than can be drawn',
  slow: 'a query answers in time',
} as const;

export type Rule = keyof typeof RULES;

/** A finding in a line: board, place, target, what, rule. */
export const asLine = ({ board, place, target, rule, message }: Finding): string =>
  `${[board, place, target && `target ${target}`].filter(Boolean).join(', ')}: ${message} [${rule}]`;
