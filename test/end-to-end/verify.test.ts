import { appendFile, chmod, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { headers } from '@nats-io/transport-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { actors } from '../../actors/index.ts';
import { HEADERS } from '../../protocol/message.ts';
import { type Readings, readings } from '../../protocol/messages/readings.ts';
import { type DecodedRecord, encodeRecord, Minor, scanRecords } from '../../protocol/raw-block/raw-block.ts';
import { eventTimeToMs, formatEventTime } from '../../protocol/time.ts';
import { verifyCommand } from '../../runtime/commands/verify.ts';
import { resolveConfig } from '../../runtime/config/resolve.ts';
import { parseCause } from '../../runtime/host/envelope.ts';
import { type Nats, openNats } from '../../runtime/host/nats.ts';
import { publish } from '../../runtime/host/publish.ts';
import { RotorooterLink } from '../../runtime/rotorooter-client.ts';
import { command, openStore, type Store } from '../../runtime/store/connection.ts';
import { simulatorFrontEnd } from '../../runtime/up/front-ends.ts';
import { settle } from '../../runtime/up/settle.ts';
import type { Finding } from '../../runtime/verify/compare.ts';
import { allMessages, silent } from '../helpers/streams.ts';
import { addressesIn, demoIn, natsIn, spillway } from '../helpers/system.ts';
import { temporaryDirectory } from '../helpers/temporary-directory.ts';
import { until } from '../helpers/until.ts';

/** One trigger that nobody has tampered with yet, with where it is at every stage. */
interface Trigger {
  readonly key: string;
  readonly body: Readings;
  readonly beam: number;
  readonly spill: number;
}

interface System {
  readonly config: string;
  readonly data: string;
  readonly nats: Nats;
  readonly store: Store;
  readonly triggers: Trigger[];
  settled(): Promise<void>;
}

const owned = new AsyncDisposableStack();
let system: System;
/** Of the whole run: every test leaves its findings behind. */
const told: Finding[] = [];

beforeAll(async () => {
  system = await start();
});

afterAll(() => owned.disposeAsync());

/** A whole system that has taken in-spill triggers into a closed file and an open one, and then no more. */
async function start(): Promise<System> {
  const directory = owned.use(await temporaryDirectory());
  const data = join(directory.path, 'data');
  const config = await demoIn(directory.path);
  owned.use(spillway('up', '--config', config, '--speed', '20'));
  await natsIn(directory.path);
  const resolved = resolveConfig(config, actors, {});
  const options = { ...resolved.nats, experiment: resolved.experiment, name: 'test' };
  const nats = owned.use(await openNats(options, silent, AbortSignal.timeout(20_000)));
  const store = owned.use(openStore(resolved.store));
  const filed = async () => {
    const parts = (await readdir(join(data, 'beam'))).filter(name => name.endsWith('.part'));
    const [part = ''] = parts;
    return scanRecords(await readFile(join(data, 'beam', part))).records.filter(
      ({ record }) => record.inOut === 'in',
    ).length;
  };
  await until(async () => (await filed()) >= 8, { timeoutMs: 40_000, what: '8 records in the file' });
  const port = (await addressesIn(directory.path))['actors.rotorooter.port'] as number;
  {
    await using link = await RotorooterLink.connect({
      host: '127.0.0.1',
      port,
      source: 'roll',
      timeoutMs: 5_000,
    });
    await link.roll();
  }
  await until(async () => (await filed()) >= 12, { timeoutMs: 20_000, what: '12 records in the next file' });
  const simulator = new URL((resolved.actors['beam-monitor'] as { server: string }).server);
  await fetch(new URL('/stop', simulator), { method: 'POST' });
  const settled = async () => {
    const frontEnds = [simulatorFrontEnd(Number(simulator.port))];
    const running = actors.filter(({ name }) => resolved.actors[name] !== undefined);
    const left = await settle(nats, running, frontEnds, 30_000, AbortSignal.timeout(60_000));
    expect(left).toEqual([]);
  };
  await settled();
  return { config, data, nats, store, triggers: await inSpill(nats), settled };
}

async function inSpill(nats: Nats): Promise<Trigger[]> {
  const spills = await allMessages(nats, 'SPILL');
  const spillOf = new Map(
    spills.map(({ header, seq }) => [parseCause(header.get(HEADERS.cause))?.sequence, seq]),
  );
  return (await allMessages(nats, 'BEAM')).flatMap(({ seq, data }) => {
    const body = readings.decode(data);
    const spill = spillOf.get(seq);
    if (body.inOut !== 'in' || spill === undefined) return [];
    return [{ key: `A9 in ${formatEventTime(body.time)}`, body, beam: seq, spill }];
  });
}

interface Verdict {
  readonly exit: number;
  readonly findings: readonly Finding[];
  readonly text: string;
}

async function verify(...args: string[]): Promise<Verdict> {
  const run = async (...more: string[]) => {
    let text = '';
    const stdout = new Writable({ write: (chunk, _encoding, done) => ((text += String(chunk)), done()) });
    const io = { stdout, stderr: stdout, env: {}, signal: AbortSignal.timeout(30_000) };
    const exit = await verifyCommand(actors).run(['--config', system.config, ...args, ...more], io);
    return { exit, text };
  };
  const { exit, text } = await run();
  const { findings } = JSON.parse((await run('--json')).text) as { findings: Finding[] };
  return { exit, findings, text };
}

const iso = (ms: number) => new Date(ms).toISOString();
const FUTURE = ['--to', iso(Date.now() + 3_600_000)];

/** The one window of trigger times that holds this trigger and no other; what is told there is this tampering's. */
async function verdictOn({ body }: Trigger): Promise<Verdict> {
  const ms = eventTimeToMs(body.time);
  const verdict = await verify('--from', iso(Math.floor(ms)), '--to', iso(Math.ceil(ms)));
  told.push(...verdict.findings);
  expect(verdict.exit).toBe(verdict.findings.length === 0 ? 0 : 1);
  return verdict;
}

/** The first trigger, in the closed file, or the last one, in the open one; each is given once. */
function next(which: 'first' | 'last' = 'last'): Trigger {
  const trigger = which === 'first' ? system.triggers.shift() : system.triggers.pop();
  if (!trigger) throw new Error('the run was too short for the tests');
  return trigger;
}

const change = (statement: string) => command(system.store, statement, 'tampering');
const ALTERED = 'SETTINGS mutations_sync = 2';

const beamFile = async (suffix: RegExp): Promise<string> => {
  const names = await readdir(join(system.data, 'beam'));
  return join(system.data, 'beam', names.find(name => suffix.test(name)) ?? '');
};

/** As the daemon closed it, and not a file that a test has put beside it. */
const CLOSED = /^B2[\d_]+\.mbeam\.raw$/;

/** The record of a trigger in a file, and the whole file. */
async function recordIn(path: string, { body }: Trigger) {
  const bytes = await readFile(path);
  const is = ({ time }: DecodedRecord) => formatEventTime(time) === formatEventTime(body.time);
  const found = scanRecords(bytes).records.find(({ record }) => is(record));
  if (!found) throw new Error(`no record of ${formatEventTime(body.time)} in ${path}`);
  return { bytes, ...found };
}

test('before anybody tampers, all is there once and alike, and the front end was asked without being named', async () => {
  const { exit, findings, text } = await verify(...FUTURE);
  expect(findings).toEqual([]);
  expect(exit).toBe(0);
  expect(text).toMatch(/^records +triggered +accepted +packed +filed +stored\n/);
  expect(text).toContain('all there, once and alike');
});

test('a spill whose row has gone from the store is lost there, last seen in SPILL', async () => {
  const trigger = next();
  const { key, spill } = trigger;
  await change(`ALTER TABLE spills DELETE WHERE spill_sequence = ${spill} ${ALTERED}`);
  const { findings, text } = await verdictOn(trigger);
  expect(findings).toEqual([{ kind: 'lost', stage: 'stored', key, lastSeen: `packed: SPILL ${spill}` }]);
  expect(text).toContain(`lost at stored: ${key} (last seen as packed: SPILL ${spill})`);
});

test('a spill row that was inserted again is doubled', async () => {
  const trigger = next();
  const { key, spill } = trigger;
  await change(
    `INSERT INTO spills SELECT * FROM spills WHERE spill_sequence = ${spill} SETTINGS insert_deduplicate = 0`,
  );
  const { findings, text } = await verdictOn(trigger);
  const where = `spills row of SPILL ${spill}`;
  expect(findings).toEqual([
    { kind: 'duplicated', stage: 'stored', key, where: [where, where], expected: 1 },
  ]);
  expect(text).toContain(`duplicated at stored: ${key} (2, should be 1: ${where}, ${where})`);
});

test('a spill row with another spill count differs', async () => {
  const trigger = next();
  const { key, spill } = trigger;
  await change(
    `INSERT INTO spills SELECT * REPLACE(spill_count + 1000 AS spill_count) FROM spills
     WHERE spill_sequence = ${spill} SETTINGS insert_deduplicate = 0`,
  );
  await change(`ALTER TABLE spills DELETE WHERE spill_sequence = ${spill} AND spill_count < 1000 ${ALTERED}`);
  const { findings } = await verdictOn(trigger);
  expect(findings).toEqual([
    {
      kind: 'different',
      stage: 'stored',
      key,
      where: expect.stringMatching(new RegExp(`^spills row of SPILL ${spill}: spill 1\\d{3} in `)),
    },
  ]);
});

const scalars = ({ body }: Trigger) => body.devices.filter(({ values }) => values.length === 1);

test('one reading that has gone from the store is named', async () => {
  const trigger = next();
  const { key, beam } = trigger;
  const device = scalars(trigger)[0]?.name;
  await change(`ALTER TABLE readings DELETE WHERE sequence = ${beam} AND device = '${device}' ${ALTERED}`);
  const { findings } = await verdictOn(trigger);
  expect(findings).toEqual([
    { kind: 'lost', stage: 'stored', key, lastSeen: `accepted: ${device} in BEAM ${beam}` },
  ]);
});

test('one reading that the store has twice is named', async () => {
  const trigger = next();
  const { key, beam } = trigger;
  const device = scalars(trigger)[0]?.name;
  await change(
    `INSERT INTO readings SELECT * FROM readings WHERE sequence = ${beam} AND device = '${device}'
     SETTINGS insert_deduplicate = 0`,
  );
  const { findings } = await verdictOn(trigger);
  const where = `row of ${device}, BEAM ${beam}`;
  expect(findings).toEqual([
    { kind: 'duplicated', stage: 'stored', key, where: [where, where], expected: 1 },
  ]);
});

test('all readings of a trigger gone is one finding', async () => {
  const trigger = next();
  const { key, beam, body } = trigger;
  for (const table of ['readings', 'reading_arrays'])
    await change(`ALTER TABLE ${table} DELETE WHERE sequence = ${beam} ${ALTERED}`);
  const { findings } = await verdictOn(trigger);
  const count = body.devices.length;
  const lastSeen = `accepted: ${count} of ${count} readings of BEAM ${beam}`;
  expect(findings).toEqual([{ kind: 'lost', stage: 'stored', key, lastSeen }]);
});

test('one changed value of one array is told, with its device', async () => {
  const trigger = next();
  const { key, beam, body } = trigger;
  const device = body.devices.find(({ values }) => values.length > 1)?.name;
  await change(
    `ALTER TABLE reading_arrays UPDATE steps = arrayMap((step, n) -> if(n = 2, step + 1, step), steps, arrayEnumerate(steps))
     WHERE sequence = ${beam} AND device = '${device}' ${ALTERED}`,
  );
  const { findings } = await verdictOn(trigger);
  const where = `row of ${device}, BEAM ${beam}`;
  expect(findings).toEqual([{ kind: 'different', stage: 'stored', key, where }]);
});

test('two devices that swapped their values are told, though every value is there', async () => {
  const trigger = next();
  const { key, beam } = trigger;
  const all = scalars(trigger);
  const one = all[0];
  const other = all.find(({ name, units, values }) => {
    const alike = name.length === one?.name.length && units === one.units;
    return alike && values[0] !== one.values[0] && name !== one.name;
  });
  const [a, b] = [`'${one?.name}'`, `'${other?.name}'`];
  await change(
    `ALTER TABLE readings UPDATE value = if(device = ${a}, ${other?.values[0]}, ${one?.values[0]})
     WHERE sequence = ${beam} AND device IN (${a}, ${b}) ${ALTERED}`,
  );
  const { findings } = await verdictOn(trigger);
  const different = { kind: 'different', stage: 'stored', key };
  expect(findings).toEqual([
    { ...different, where: `row of ${one?.name}, BEAM ${beam}` },
    { ...different, where: `row of ${other?.name}, BEAM ${beam}` },
  ]);
});

test('a record that stands in a second file too is doubled, with both places', async () => {
  const trigger = next('first');
  const closed = await beamFile(CLOSED);
  const { bytes, offset, size } = await recordIn(closed, trigger);
  const copy = join(system.data, 'beam', 'B000101_000000.mbeam.raw');
  await writeFile(copy, bytes.subarray(offset, offset + size));
  const { findings } = await verdictOn(trigger);
  const { key } = trigger;
  const where = ['B000101_000000.mbeam.raw at byte 0', expect.stringMatching(/^B2.* at byte \d+$/)];
  expect(findings).toEqual([{ kind: 'duplicated', stage: 'filed', key, where, expected: 1 }]);
});

test('a value changed in a file, with its checksum made anew, differs', async () => {
  const trigger = next('first');
  const closed = await beamFile(CLOSED);
  const { bytes, offset, size, record } = await recordIn(closed, trigger);
  const changed = record.devices.map((device, index) => ({
    ...device,
    seconds: device.seconds ?? 0,
    milliseconds: device.milliseconds ?? 0,
    values: index === 0 ? [...device.values].map(value => value + 1) : device.values,
  }));
  const forged = encodeRecord({ ...record, devices: changed }, { minor: Minor.withDeviceTimes });
  expect(forged.length).toBe(size);
  bytes.set(forged, offset);
  await chmod(closed, 0o644);
  await writeFile(closed, bytes);
  const { findings } = await verdictOn(trigger);
  const { key } = trigger;
  const where = expect.stringMatching(new RegExp(`^B2.*\\.mbeam\\.raw at byte ${offset}$`));
  expect(findings).toEqual([{ kind: 'different', stage: 'filed', key, where }]);
});

test('a record taken out of a closed file is lost there', async () => {
  const closed = await beamFile(CLOSED);
  const bytes = await readFile(closed);
  const { records } = scanRecords(bytes);
  const last = records.findLast(({ record }) => record.inOut === 'in');
  const at = system.triggers.findIndex(
    ({ body }) => last && formatEventTime(body.time) === formatEventTime(last.record.time),
  );
  const [trigger] = system.triggers.splice(at, 1);
  if (!trigger || !last) throw new Error('no trigger is left in the closed file');
  // What stands behind it, such as the pedestals of the next cycle, stays.
  await writeFile(
    closed,
    Buffer.concat([bytes.subarray(0, last.offset), bytes.subarray(last.offset + last.size)]),
  );
  const { findings } = await verdictOn(trigger);
  const { key, spill } = trigger;
  expect(findings).toEqual([{ kind: 'lost', stage: 'filed', key, lastSeen: `packed: SPILL ${spill}` }]);
});

test('a flipped bit is told with its place, its record is lost, and what stands behind it is still found', async () => {
  const trigger = next('first');
  const closed = await beamFile(CLOSED);
  const { bytes, offset, size } = await recordIn(closed, trigger);
  bytes[offset + size - 1] = (bytes[offset + size - 1] ?? 0) ^ 1;
  await writeFile(closed, bytes);
  const { findings, text } = await verdictOn(trigger);
  const { key, spill } = trigger;
  const where = expect.stringMatching(/^B2.*\.mbeam\.raw at byte \d+: BLOCK_CHECKSUM, /);
  expect(findings).toEqual([
    { kind: 'different', stage: 'filed', key: 'unreadable', where },
    { kind: 'lost', stage: 'filed', key, lastSeen: `packed: SPILL ${spill}` },
  ]);
  expect(text).toContain(`lost at filed: ${key} (last seen as packed: SPILL ${spill})`);
});

test('readings told a second time under another identity are doubled where they came in, not behind', async () => {
  const trigger = next();
  const { key, beam, body } = trigger;
  const again = { type: readings, body: { ...body, source: 'somebody-else' } };
  const { sequence } = await publish(system.nats, again, [['triggered', 1]], { deadlineMs: 5_000 });
  await system.settled();
  const { findings, text } = await verdictOn(trigger);
  const where = [`BEAM ${beam}`, `BEAM ${sequence}`];
  expect(findings).toEqual([{ kind: 'duplicated', stage: 'accepted', key, where, expected: 1 }]);
  expect(text).toContain(`(2, should be 1: BEAM ${beam}, BEAM ${sequence})`);
});

test('what the front end says it triggered and nobody has is lost where it should have come in', async () => {
  const trigger = next();
  const path = join(system.data, 'front-end', 'journal.jsonl');
  const time = { ...trigger.body.time, nanoseconds: (trigger.body.time.nanoseconds + 1) % 1e9 };
  const [line = '{}'] = (await readFile(path, 'utf8')).split('\n', 1);
  await appendFile(path, `${JSON.stringify({ ...JSON.parse(line), event: 'A9', inOut: 'in', ...time })}\n`);
  const { findings } = await verdictOn({ ...trigger, body: { ...trigger.body, time } });
  const key = `A9 in ${formatEventTime(time)}`;
  const lastSeen = expect.stringMatching(/^triggered: journal line \d+$/);
  expect(findings).toEqual([{ kind: 'lost', stage: 'accepted', key, lastSeen }]);
});

test('a message of BEAM that cannot be read is told with its sequence', async () => {
  const from = Date.now();
  const header = headers();
  header.set(HEADERS.type, readings.type);
  const { seq } = await system.nats.js.publish('numi.beam.readings.a9', '{', { headers: header });
  const { findings, exit } = await verify('--from', iso(from), ...FUTURE);
  told.push(...findings);
  const where = expect.stringMatching(new RegExp(`^BEAM ${seq}: `));
  expect(findings).toEqual([{ kind: 'different', stage: 'accepted', key: 'unreadable', where }]);
  expect(exit).toBe(1);
});

test('over the whole run verify tells exactly what was done to it', async () => {
  const { findings, exit } = await verify(...FUTURE);
  expect(exit).toBe(1);
  const inOrder = (some: readonly Finding[]) => some.map(one => JSON.stringify(one)).toSorted();
  expect(inOrder(findings)).toEqual(inOrder(told));
});
