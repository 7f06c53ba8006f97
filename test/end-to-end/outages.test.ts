import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { freePort } from '../../runtime/up/ports.ts';
import { STAGES } from '../../runtime/verify/compare.ts';
import { natsServer } from '../helpers/nats.ts';
import { clickHouse } from '../helpers/store.ts';
import { openTestNats, publishReadings, readingsOf } from '../helpers/streams.ts';
import { demoIn, endsWith, heartbeats, natsIn, readReport, spillway } from '../helpers/system.ts';
import { tcpProxy } from '../helpers/tcp-proxy.ts';
import { temporaryDirectory } from '../helpers/temporary-directory.ts';
import { until } from '../helpers/until.ts';

const CLEAN = { lost: 0, duplicated: 0, different: 0, deadLetters: 0, unsettled: [] };

test('the store hangs, then is down, then is back: files go on meanwhile, and nothing is lost or doubled', async () => {
  await using directory = await temporaryDirectory();
  await using store = await clickHouse();
  await using proxy = await tcpProxy(store.port);
  const config = await demoIn(directory.path, text =>
    text
      .replace(/^ +clickhouse: .*\n/m, '')
      .replace('embedded:', `store: { url: "http://127.0.0.1:${proxy.port}", user: spillway }\n\nembedded:`),
  );
  const report = join(directory.path, 'report.json');
  const run = spillway('up', '--config', config, '--duration', '10m', '--speed', '20', '--report', report);
  await using beats = await heartbeats(await natsIn(directory.path));
  const lane = (actor: string, stream: string) =>
    beats.get(actor)?.lanes.find(one => one.stream === stream) ?? { position: 0, lag: 0, retries: 0 };
  const reaches = (actor: string, stream: string, position: number) =>
    until(() => lane(actor, stream).position >= position, {
      timeoutMs: 60_000,
      what: `${actor} at ${stream} ${position}`,
    });

  await reaches('recorder', 'BEAM', 10);
  proxy.hang();
  await until(() => lane('recorder', 'BEAM').lag >= 20, { what: 'a recorder that falls behind' });
  await proxy.cut();
  await until(() => lane('recorder', 'BEAM').retries >= 2, { what: 'a recorder that tries again' });
  const { position } = lane('recorder', 'BEAM');
  await reaches('rotorooter-feed', 'SPILL', lane('rotorooter-feed', 'SPILL').position + 30);
  expect(lane('recorder', 'BEAM').position).toBe(position);
  await proxy.mend();
  await until(() => lane('recorder', 'BEAM').position > position, { what: 'a recorder that goes on' });

  run.kill('SIGTERM');
  await endsWith(run, 0);
  const result = await readReport(report);
  expect(result).toMatchObject({ ...CLEAN, restarts: {} });
  expect(new Set(STAGES.map(stage => result.spills[stage])).size).toBe(1);
  expect(result.spills['stored']).toBeGreaterThan(50);
});

/** A system of several hosts on one machine: `run` in processes of its own, a NATS server and a store beside them. */
async function configOf(directory: string, nats: string, store: string): Promise<string> {
  const port = await freePort(0);
  const path = join(directory, 'spillway.yaml');
  await writeFile(
    path,
    `experiment: test
dataDirectory: data
nats: { servers: ["${nats}"] }
store: { url: "${store}", user: spillway }
actors:
  spill-packer: {}
  recorder: {}
  rotorooter: { port: ${port} }
  rotorooter-feed: { port: ${port} }
`,
  );
  return path;
}

/** The range that `readingsOf` has its triggers in. */
const RANGE = ['--from', '2023-11-14T22:13:00Z', '--to', '2023-11-14T23:13:00Z'];

test('actors that start before NATS, and a feed before its rotorooter, wait, say so, and bring everything', async () => {
  await using directory = await temporaryDirectory();
  await using nats = await natsServer();
  await using store = await clickHouse();
  await nats.kill();
  const config = await configOf(directory.path, nats.url, store.url);

  await using actors = spillway('run', 'spill-packer', 'recorder', 'rotorooter-feed', '--config', config);
  await until(() => /NATS_AWAY.*waiting for NATS/.test(actors.output()), { what: 'word of the absent NATS' });
  expect(actors.exitCode).toBeNull();

  await nats.restart();
  await using beats = await heartbeats({ servers: nats.url }, 'test');
  {
    await using connection = await openTestNats(nats.url);
    for (let n = 1; n <= 50; n++) await publishReadings(connection, readingsOf(n));
  }
  const recorded = () => beats.get('recorder')?.lanes.find(({ stream }) => stream === 'SPILL')?.position;
  await until(() => recorded() === 50, { timeoutMs: 20_000, what: '50 records in the store' });
  await until(() => actors.output().includes('ROTOROOTER_AWAY'), { what: 'word of the absent rotorooter' });

  const early = spillway('verify', '--config', config, ...RANGE);
  await endsWith(early, 1);
  expect(early.output()).toContain('50 findings');
  expect(early.output()).toMatch(/^lost at filed: A9 in 2023-11-14T22:13:21\.0+Z \(last seen as packed: /m);

  expect(early.output()).toContain('still on its way: rotorooter-feed is not reading SPILL\n');

  await using _rotorooter = spillway('run', 'rotorooter', '--config', config);
  const filed = () => beats.get('rotorooter-feed')?.lanes.find(({ stream }) => stream === 'SPILL')?.position;
  await until(() => filed() === 50, { timeoutMs: 30_000, what: '50 records in the files' });

  const late = spillway('verify', '--config', config, ...RANGE);
  await endsWith(late, 0);
  expect(late.output()).toMatch(/^in spill +50 +50 +50 +50$/m);
});
