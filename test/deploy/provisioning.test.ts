import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { boards } from '../../dashboards/boards/boards.ts';
import { openStore, rowsOf } from '../../runtime/store/connection.ts';
import { migrate } from '../../runtime/store/migrate.ts';
import { ROOT } from '../helpers/spillway.ts';
import { clickHouse } from '../helpers/store.ts';

const read = async (file: string): Promise<unknown> =>
  parse(await readFile(join(ROOT, 'deploy', 'grafana', 'provisioning', file), 'utf8'));

const Sources = z.object({
  apiVersion: z.literal(1),
  datasources: z.array(
    z.looseObject({ uid: z.string(), type: z.string(), jsonData: z.record(z.string(), z.unknown()) }),
  ),
});

const Query = z.looseObject({
  refId: z.string(),
  datasourceUid: z.string(),
  model: z.looseObject({
    refId: z.string(),
    rawSql: z.string().optional(),
    expression: z.string().optional(),
  }),
});
const Rules = z.object({
  apiVersion: z.literal(1),
  groups: z.array(
    z.looseObject({
      rules: z.array(
        z.looseObject({
          uid: z.string(),
          condition: z.string(),
          noDataState: z.enum(['Alerting', 'NoData', 'OK', 'KeepLast']),
          execErrState: z.enum(['Alerting', 'Error', 'OK', 'KeepLast']),
          dashboardUid: z.string(),
          panelId: z.number(),
          labels: z.record(z.string(), z.string()),
          annotations: z.record(z.string(), z.string()),
          data: z.array(Query),
        }),
      ),
    }),
  ),
});

const { datasources } = Sources.parse(await read('datasources/spillway.yaml'));
const rules = Rules.parse(await read('alerting/watchdog.yaml')).groups.flatMap(group => group.rules);

test('Grafana reads the store with the account that cannot write', () => {
  expect(datasources).toHaveLength(1);
  expect(datasources[0]).toMatchObject({
    type: 'grafana-clickhouse-datasource',
    jsonData: { username: 'grafana', protocol: 'http', defaultDatabase: 'spillway' },
  });
});

test('every watchdog leads to a panel that there is, and asks the data source that there is', () => {
  const uids = new Set(rules.map(({ uid }) => uid));
  expect(uids.size).toBe(rules.length);
  for (const { dashboardUid, panelId, annotations, data, condition } of rules) {
    const board = Object.values(boards).find(candidate => candidate.uid === dashboardUid);
    expect(board?.panels.map(({ id }) => id)).toContain(panelId);
    expect(annotations).toMatchObject({ __dashboardUid__: dashboardUid, __panelId__: String(panelId) });
    expect(data.map(({ refId }) => refId)).toContain(condition);
    for (const query of data) {
      expect(query.model.refId).toBe(query.refId);
      expect([datasources[0]?.uid, '__expr__']).toContain(query.datasourceUid);
    }
  }
});

test('no text of a watchdog is taken for a variable by the provisioning', () => {
  // Labels expand $NAME, annotations only ${NAME}.
  for (const { labels, annotations } of rules) {
    expect(Object.values(labels).join()).not.toContain('$');
    expect(Object.values(annotations).join()).not.toContain('${');
  }
});

test('the watchdogs see what they are there for: an empty store is old, a quiet one is not', async () => {
  await using engine = await clickHouse();
  const database = { url: engine.url, database: 'spillway' };
  await migrate({ ...database, user: 'spillway' }, pino({ level: 'silent' }));
  await using writer = openStore({ ...database, user: 'spillway' });
  await using reader = openStore({ ...database, user: 'grafana' });
  const ask = async (uid: string) => {
    const sql =
      rules.find(rule => rule.uid === uid)?.data.find(({ model }) => model.rawSql)?.model.rawSql ?? '';
    return rowsOf<Record<string, string | number>>(reader, sql, uid);
  };
  expect(Number((await ask('spillway-data-old'))[0]?.['age'])).toBeGreaterThan(1e6);
  expect(await ask('spillway-actor-silent')).toEqual([]);

  await writer.client.command({
    query: "INSERT INTO readings (ts, device, in_out, value) SELECT now64(6), 'E:TRTGTD', 'in', 25",
  });
  await writer.client.command({
    query: `INSERT INTO health (ts, actor, state, lanes)
      SELECT now64(3) - 90, 'recorder', 'running', map('BEAM', (1, 700, 1., 0, 0))`,
  });
  expect(Number((await ask('spillway-data-old'))[0]?.['age'])).toBeLessThan(60);
  const [silent] = await ask('spillway-actor-silent');
  expect(silent).toMatchObject({ actor: 'recorder' });
  expect(Number(silent?.['silent'])).toBeGreaterThanOrEqual(90);
  expect(await ask('spillway-backlog')).toEqual([{ lane: 'recorder BEAM', waiting: 700 }]);
});
