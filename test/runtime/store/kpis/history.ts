import { pino } from 'pino';
import { openStore, rowsOf, type Store } from '../../../../runtime/store/connection.ts';
import type { Kpi, KpiScope } from '../../../../runtime/store/kpis/kpi.ts';
import { kpiTime } from '../../../../runtime/store/kpis/kpi.ts';
import { migrate } from '../../../../runtime/store/migrate.ts';
import type { TestStore } from '../../../helpers/store.ts';

/** 2026-11-18T12:00:00Z; the times of rows are seconds after it. */
export const NOON = 1_795_003_200;

export const range = (from: number, to: number, where?: string): KpiScope => ({
  from: kpiTime((NOON + from) * 1000),
  to: kpiTime((NOON + to) * 1000),
  ...(where !== undefined && { where }),
});

/** What happens to alarms, as rows; state before and transition number come of what happened before. */
export class History implements AsyncDisposable {
  readonly store: Store;
  readonly #last = new Map<string, { state: string; transition: number; raised: number | null }>();

  private constructor(store: Store) {
    this.store = store;
  }

  static async in(server: TestStore, database: string): Promise<History> {
    const options = { url: server.url, user: 'spillway', database };
    await migrate(options, pino({ level: 'silent' }));
    return new History(openStore(options));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.store[Symbol.asyncDispose]();
  }

  row(at: number, alarm: string, state: string, more: Record<string, unknown> = {}): Record<string, unknown> {
    const before = this.#last.get(alarm) ?? { state: 'normal', transition: 0, raised: null };
    const active = (word: string) => word === 'unacknowledged' || word === 'acknowledged';
    const raised = active(state) && !active(before.state) ? at : before.raised;
    const transition = before.transition + 1;
    this.#last.set(alarm, { state, transition, raised });
    return {
      ts: shown(at),
      alarm,
      transition,
      state_before: before.state,
      state,
      raised_at: raised === null ? null : shown(raised),
      cause: 'input',
      severity: 'MINOR',
      peak: 'MINOR',
      ...more,
    };
  }

  /** An alarm that is raised and returns after so many seconds, and nobody acknowledges it. */
  pulse(
    at: number,
    alarm: string,
    seconds = 1,
    more: Record<string, unknown> = {},
  ): Record<string, unknown>[] {
    return [
      this.row(at, alarm, 'unacknowledged', more),
      this.row(at + seconds, alarm, 'returned-unacknowledged', more),
    ];
  }

  async insert(table: string, rows: readonly Record<string, unknown>[]): Promise<void> {
    await this.store.client.insert({ table, values: [...rows], format: 'JSONEachRow' });
  }

  changes(...rows: readonly Record<string, unknown>[]): Promise<void> {
    return this.insert('alarm_changes', rows);
  }

  of(kpi: Kpi, scope: KpiScope): Promise<Record<string, unknown>[]> {
    return rowsOf(this.store, kpi.sql(scope), kpi.name);
  }
}

/** The time of a row as the store shows it. */
export const shown = (at: number, digits = 6): string => {
  const [day, time] = new Date((NOON + at) * 1000).toISOString().slice(0, 23).split('T');
  return `${day} ${time}`.padEnd(20 + digits, '0');
};
