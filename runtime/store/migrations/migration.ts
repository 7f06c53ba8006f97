import { createHash } from 'node:crypto';

/** One step of the schema. Steps are only ever added: what has run somewhere never changes. */
export interface Migration {
  /** Counts from 1 without holes. */
  readonly id: number;
  readonly name: string;
  /** Each must be harmless when run again (`IF NOT EXISTS`): DDL has no transactions. Names without a database. */
  readonly statements: readonly string[];
}

/** Tells a changed step from the one that ran. */
export const checksumOf = ({ statements }: Migration): string =>
  createHash('sha256').update(statements.join(';\n')).digest('hex').slice(0, 32);
