import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { quantitiesOf } from '../../../../actors/recorder/quantities/quantities.ts';
import { Recording } from '../../../../actors/recorder/recording.ts';
import { readingArraysTable, readingsTable } from '../../../../actors/recorder/tables/readings.ts';
import { loadScenario } from '../../../../fixtures/simulator/scenario.ts';
import { readDeviceList } from '../../../../runtime/config/device-list.ts';
import { openStore, rowsOf } from '../../../../runtime/store/connection.ts';
import { migrate } from '../../../../runtime/store/migrate.ts';
import { migrations } from '../../../../runtime/store/migrations/migrations.ts';
import { fakeContext } from '../../../helpers/fake-context.ts';
import { playScenario } from '../../../helpers/played-scenario.ts';
import { clickHouse, type TestStore } from '../../../helpers/store.ts';

/** The last schema whose views made quantities, of formulas written a second time, in SQL. */
const VIEWS = 13;

/** The recorder writes arrays in steps; the views of then read them whole. */
const WITH_STEPS = `ALTER TABLE reading_arrays
  ADD COLUMN numbers Array(Float64), ADD COLUMN steps Array(Int32), ADD COLUMN scale UInt32,
  MODIFY COLUMN values DEFAULT if(empty(steps), numbers, arrayMap(step -> step / scale, steps))`;

const WITH_ROWS_BY_TABLE = 'ALTER TABLE deliveries ADD COLUMN tables Map(LowCardinality(String), UInt64)';

const { devices } = await readDeviceList('fixtures/devices/numi.yaml');

let engine: TestStore;
beforeAll(async () => {
  engine = await clickHouse();
});
afterAll(() => engine[Symbol.asyncDispose]());

test.each(['demo', 'bad-value', 'ghost-spill', 'missing-device', 'beam-off'])(
  'quantities of the scenario %s are those that the views of the store made of the same readings',
  async name => {
    const database = { url: engine.url, user: 'spillway', database: name.replace('-', '_') };
    await migrate(database, pino({ level: 'silent' }), migrations.slice(0, VIEWS));
    await using store = openStore(database);
    for (const query of [WITH_STEPS, WITH_ROWS_BY_TABLE]) await store.client.command({ query });
    const messages = playScenario({
      scenario: loadScenario(`fixtures/scenarios/${name}.yaml`),
      devices,
      startMs: Date.UTC(2026, 10, 1),
      lengthMs: 240_000,
    }).map((message, index) => ({ ...message, sequence: index + 1 }));
    const context = fakeContext({ clock: () => 0 });
    await new Recording(store, [readingsTable, readingArraysTable], context).deliver({
      messages,
      token: `BEAM@1:1-${messages.length}`,
      afterRefusal: false,
      again: false,
    });
    const rows = await rowsOf<{ sequence: number; quantity: string; value: number }>(
      store,
      'SELECT sequence, quantity, value FROM quantities',
      'quantities',
    );
    expect(rows.length).toBeGreaterThan(messages.length);
    const made = messages.flatMap(({ body, sequence }) =>
      quantitiesOf(body).map(([quantity, value]) => [`${sequence} ${quantity}`, value] as const),
    );
    const before = new Map(rows.map(row => [`${row.sequence} ${row.quantity}`, row.value]));
    expect(made.map(([key]) => key).toSorted()).toEqual([...before.keys()].toSorted());
    const different = made.filter(([key, value]) => {
      const other = before.get(key) ?? Number.NaN;
      return !(Math.abs(value - other) <= 1e-9 * Math.max(1, Math.abs(other)));
    });
    expect(different).toEqual([]);
  },
);
