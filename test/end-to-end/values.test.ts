import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { actors } from '../../actors/index.ts';
import { loadScenario } from '../../fixtures/simulator/scenario.ts';
import { startSimulator } from '../../fixtures/simulator/simulator.ts';
import { parseDeviceList } from '../../protocol/device-list.ts';
import { ledgerEntry } from '../../protocol/messages/ledger-entry.ts';
import { subjects } from '../../protocol/subjects.ts';
import { dumpCommand } from '../../runtime/commands/dump.ts';
import { runActor } from '../../runtime/host/host.ts';
import { freePort } from '../../runtime/up/ports.ts';
import { hostOptions } from '../helpers/host-options.ts';
import { natsServer } from '../helpers/nats.ts';
import { clickHouse } from '../helpers/store.ts';
import { allMessages, openTestNats } from '../helpers/streams.ts';
import { temporaryDirectory } from '../helpers/temporary-directory.ts';
import { until } from '../helpers/until.ts';

const FIXTURES = join(import.meta.dirname, '..', '..', 'fixtures');
const SPILLS = 12;

interface Served {
  readonly event: string;
  readonly inOut: string;
  readonly seconds: number;
  readonly nanoseconds: number;
  readonly values: Readonly<Record<string, readonly number[]>>;
}

interface Payload {
  readonly block: string;
  readonly time: string;
  readonly inOut: string;
  readonly devices: readonly {
    readonly name: string;
    readonly kind: string;
    readonly values: readonly number[];
  }[];
}

/** Runs the whole chain in this process for a dozen spills; what the front end served, what dump prints, what the store has. */
async function runChain() {
  await using cleanup = new AsyncDisposableStack();
  const directory = cleanup.use(await temporaryDirectory());
  const server = cleanup.use(await natsServer());
  const store = cleanup.use(await clickHouse());
  const nats = cleanup.use(await openTestNats(server.url));
  const list = join(FIXTURES, 'devices', 'numi.yaml');
  const journal = join(directory.path, 'journal.jsonl');
  const simulator = cleanup.use(
    await startSimulator({
      devices: parseDeviceList(await readFile(list, 'utf8'), list).devices,
      scenario: loadScenario(join(FIXTURES, 'scenarios', 'demo.yaml')),
      seed: 7,
      speed: 40,
      spills: SPILLS,
      journal,
      journalValues: true,
    }),
  );
  const port = await freePort(0);
  const sections: Record<string, unknown> = {
    'beam-monitor': {
      server: new URL('/xmlrpc/Accelerator', simulator.url).href,
      devices: list,
      callback: { listen: { port: 0 } },
    },
    'spill-packer': { simulated: true },
    rotorooter: { port },
    'rotorooter-feed': { port },
    recorder: { maxWait: '50ms' },
  };
  const stop = new AbortController();
  const chain = actors.filter(({ name }) => name in sections);
  const running = chain.map(actor =>
    runActor(
      actor,
      actor.config.parse(sections[actor.name]),
      hostOptions(nats, stop.signal, {
        dataDirectory: directory.path,
        store: { url: store.url, user: 'spillway', database: 'spillway' },
      }),
    ),
  );
  const client = store.client({ database: 'spillway' });
  const count = async (table: string) => {
    const rows = await client.query({ query: `SELECT count() AS n FROM ${table}`, format: 'JSONEachRow' });
    return Number((await rows.json<{ n: string }>())[0]?.n);
  };
  const lines = async () => (await readFile(journal, 'utf8')).split('\n').filter(Boolean);
  const inSpill = async () => (await lines()).filter(line => line.includes('"inOut":"in"')).length;
  await until(async () => (await inSpill()) === SPILLS, { timeoutMs: 30_000, what: 'all spills accepted' });
  await simulator.drained();
  const served = (await lines()).map(line => JSON.parse(line) as Served);
  const readings = served.reduce((sum, { values }) => sum + Object.keys(values).length, 0);
  const stored = async () => (await count('readings')) + (await count('reading_arrays'));
  await until(async () => (await count('spills')) === served.length, {
    timeoutMs: 30_000,
    what: 'all spills',
  });
  await until(async () => (await stored()) === readings, { timeoutMs: 30_000, what: 'all readings' });
  const filed = async () =>
    (await allMessages(nats, 'LEDGER'))
      .filter(({ subject }) => subject === subjects.ledgerEntry(nats.experiment, 'filed'))
      .reduce((sum, { data }) => sum + ledgerEntry.decode(data).count, 0);
  await until(async () => (await filed()) === served.length, { what: 'all records filed' });
  const inStore = await client.query({
    query: `SELECT toString(ts) AS ts, in_out, device, values FROM reading_arrays
            UNION ALL SELECT toString(ts), in_out, device, [value] FROM readings`,
    format: 'JSONEachRow',
  });
  const rows = await inStore.json<{ ts: string; in_out: string; device: string; values: number[] }>();
  stop.abort();
  await Promise.all(running);
  const beam = join(directory.path, 'beam');
  const names = (await readdir(beam)).filter(name => name.endsWith('.mbeam.raw')).toSorted();
  const files = names.map(name => join(beam, name));
  const printed: string[] = [];
  const stdout = { write: (text: string) => printed.push(text) > 0 } as unknown as NodeJS.WritableStream;
  const io = { stdout, stderr: stdout, env: {}, signal: new AbortController().signal };
  const exit = await dumpCommand.run(['--json', ...files], io);
  const dumped = printed
    .join('')
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as Payload);
  return { served, rows, dumped, exit };
}

test('dump and store agree with what the front end served, value by value', async () => {
  const { served, rows, dumped, exit } = await runChain();
  expect(exit).toBe(0);
  const payloads = dumped.filter(({ block }) => block === 'payload');
  expect(payloads).toHaveLength(served.length);
  expect(served.filter(({ inOut }) => inOut === 'in')).toHaveLength(SPILLS);

  let compared = 0;
  for (const { inOut, seconds, nanoseconds, values } of served) {
    const time = new Date(seconds * 1000).toISOString().slice(0, 19);
    const nano = String(nanoseconds).padStart(9, '0');
    const payload = payloads.find(one => one.time === `${time}.${nano}Z` && one.inOut === inOut);
    const ts = `${time.replace('T', ' ')}.${nano.slice(0, 6)}`;
    const stored = new Map(
      rows.filter(row => row.ts === ts && row.in_out === inOut).map(row => [row.device, row.values]),
    );
    expect(payload?.devices.map(({ name }) => name)).toEqual(Object.keys(values));
    expect(stored.size).toBe(Object.keys(values).length);
    for (const device of payload?.devices ?? []) {
      const truth = values[device.name] ?? [];
      // A beam file carries single precision; the store carries what was served.
      expect(device.values).toEqual(device.kind === 'float' ? truth.map(Math.fround) : truth);
      expect(stored.get(device.name)).toEqual(truth);
      compared += truth.length;
    }
  }
  expect(compared).toBeGreaterThan(SPILLS * 2_000);
});
