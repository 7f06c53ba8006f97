import { execFile, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { parseCallback } from '../../actors/beam-monitor/callback.ts';
import { FATE } from '../../actors/beam-monitor/fate.ts';
import { composeReadings } from '../../actors/beam-monitor/readings.ts';
import { SpillPackerConfig } from '../../actors/spill-packer/config.ts';
import { initialPackerState, pack } from '../../actors/spill-packer/pack.ts';
import { NO_PYTHON, pythonWithScience } from '../../bench/sentinel/python.ts';
import type { JournalEntry } from '../../fixtures/simulator/journal.ts';
import { bodyNames } from '../../protocol/body-names.ts';
import { contentDigest } from '../../protocol/content-digest.ts';
import { parseDeviceList } from '../../protocol/device-list.ts';
import type { ErrorCode } from '../../protocol/errors.ts';
import { encodeJson, HEADERS } from '../../protocol/message.ts';
import { deadLetterFields } from '../../protocol/messages/dead-letter.ts';
import { eventGap } from '../../protocol/messages/event-gap.ts';
import { ActorState } from '../../protocol/messages/health.ts';
import { ledgerEntry } from '../../protocol/messages/ledger-entry.ts';
import { rawEvent } from '../../protocol/messages/raw-event.ts';
import { readings, valuesOf } from '../../protocol/messages/readings.ts';
import { runEnd } from '../../protocol/messages/run-transition.ts';
import { spillRecord } from '../../protocol/messages/spill-record.ts';
import { AcknowledgementStatus, decodeAcknowledgement } from '../../protocol/midas/acknowledgement.ts';
import { pictures } from '../../protocol/midas/cygno/cygno.ts';
import {
  bankValues,
  EventId,
  encodeDataEvent,
  encodeTextEvent,
  readEvents,
} from '../../protocol/midas/midas.ts';
import { packable } from '../../protocol/packable.ts';
import { newPedestalMap, pedestalMapBytes } from '../../protocol/pedestal/map.ts';
import { addPedestalPicture } from '../../protocol/pedestal/sums.ts';
import { decodeRecord, encodeRecord } from '../../protocol/raw-block/raw-block.ts';
import { readCommands, STATUS } from '../../protocol/rotorooter/rotorooter.ts';
import { STREAMS, type StreamName } from '../../protocol/subjects.ts';
import { faultNumber, type XmlRpcValue } from '../../protocol/xml-rpc/xml-rpc.ts';
import { readDetectorFile } from '../../runtime/config/detector-file.ts';
import { seal } from '../../runtime/host/envelope.ts';
import { XmlRpcServer } from '../../runtime/xml-rpc/server.ts';
import { daemonIn } from '../actors/rotorooter/helpers.ts';
import { temporaryDirectory } from '../helpers/temporary-directory.ts';
import { until } from '../helpers/until.ts';
import { bytesOf, readPage, xxd } from './examples.ts';

const run = promisify(execFile);
const page = await readPage('docs/formats.md');
const hex = (name: string): Buffer => bytesOf(page.example('hex', name));
const json = (name: string): unknown => JSON.parse(page.example('json', name));
const body = readings.decode(Buffer.from(page.example('json', 'readings')));
const list = parseDeviceList(page.example('text', 'devices'), 'devices.txt');
const BEAM = 'BEAM@1116600000000';

const packed = () =>
  pack(
    SpillPackerConfig.parse({}),
    { ...initialPackerState, spillCount: 6 },
    {
      type: readings.type,
      body,
      identity: readings.identity(body),
      stream: BEAM,
      sequence: 12,
      storedAt: 0,
      subject: readings.subject('numi', body),
      hops: [],
    },
  ).outputs;

test.each([
  ['record-2', 8],
  ['record-1', 32],
  ['journal', 16],
  ['digest', 32],
  ['midas', 16],
])('the dump %s is to the letter what xxd prints', (name, columns) => {
  const lines = page.example('hex', name).trimEnd().split('\n');
  for (const [index, line] of xxd(hex(name), columns).entries())
    expect(lines[index]?.slice(0, line.length)).toBe(line);
});

test('the callback of the page, sent by Python, becomes the readings of the page', async () => {
  const taken: (readonly XmlRpcValue[])[] = [];
  const methods = new Map([
    ['spillway.readings', { handler: async (params: readonly XmlRpcValue[]) => taken.push(params) > 0 }],
  ]);
  await using server = await XmlRpcServer.listen({ host: '127.0.0.1', port: 0, path: '/RPC2', methods });
  const program = page.example('python', 'callback').replace('http://127.0.0.1:1987/RPC2', server.url);
  expect((await run('python3', ['-c', program])).stdout).toBe('True\n');
  const callback = parseCallback(taken[0] ?? []);
  const devices = new Map(list.devices.map(device => [device.name, device]));
  const asked = { source: 'acnet', mode: 'callback', trigger: 'A9', inOut: 'in', devices } as const;
  const now = { nowMs: 1116618242061.5, futureToleranceMs: 1000 };
  expect(composeReadings(asked, callback, new Map(), now).body).toEqual(body);
});

test('the readings of the page are packed into the record of the page', () => {
  const [outgoing, ...others] = packed();
  expect(outgoing?.type.type).toBe(spillRecord.type);
  expect(outgoing?.type.encode(outgoing.body)).toEqual(new Uint8Array(hex('record-2')));
  expect(others).toEqual([]);
});

test('minor 1 is the same record without device times', () => {
  const record = decodeRecord(hex('record-2'));
  const { devices } = packable(body.devices);
  expect(encodeRecord({ ...record, devices }, { minor: 1 })).toEqual(new Uint8Array(hex('record-1')));
});

test('the MIDAS file of the page is what the writer writes, and is read as the page says', async () => {
  const time = 1_702_596_797;
  const temperature = { name: 'TCAM', type: 10, values: Float64Array.of(-18.5) };
  const picture = { name: 'CAM0', type: 4, values: Uint16Array.of(99, 101, 100, 98) };
  const parts = [
    encodeTextEvent(EventId.beginOfRun, 42_901, time, '{ "Runinfo" : { "Run number" : 42901 } }'),
    encodeDataEvent({ id: 7, triggerMask: 0, serial: 0, time }, '16', [temperature]),
    encodeDataEvent({ id: 1, triggerMask: 0, serial: 0, time: time + 1 }, '32', [picture]),
  ];
  expect(hex('midas').equals(Buffer.concat(parts))).toBe(true);
  async function* file() {
    yield hex('midas');
  }
  const [begin, slow, camera] = await Array.fromAsync(readEvents(file()));
  expect(begin).toMatchObject({ kind: 'begin-of-run', runNumber: 42_901 });
  expect(slow?.kind === 'data' && slow.banks.map(bank => bankValues(bank, 10))).toEqual([
    Float64Array.of(-18.5),
  ]);
  const [seen] = pictures(camera?.kind === 'data' ? camera.banks : []);
  expect(seen).toMatchObject({ camera: 0, width: 2, height: 2, pixels: Uint16Array.of(99, 101, 100, 98) });
});

test('the page lists the equipment of CYGNO as the description of LIME has it', () => {
  const rows = page.table('| event id | equipment | banks | values |');
  const told = rows.filter(([id]) => Number(id) > 1).map(([id, name]) => [id, name]);
  const { equipment } = readDetectorFile().slowControl;
  expect(told).toEqual(equipment.map(({ id, name }) => [String(id), name]));
  for (const [index, [, , banks]] of rows.filter(([id]) => Number(id) > 1).entries())
    expect(Object.keys(equipment[index]?.banks ?? {}).join(', ')).toBe(banks);
});

test('the headers of the spill record are those of the page', () => {
  const [outgoing] = packed();
  if (!outgoing) throw new Error('nothing packed');
  const lines = page.example('text', 'spill-headers').trimEnd().split('\n');
  const hops = [
    ['triggered', 1116618242023],
    ['received', 1116618242061.5],
    ['beam-monitor', 1116618242062],
    ['accepted', 1116618242064],
    ['spill-packer', 1116618242070],
  ] as const;
  const { headers } = seal('numi', outgoing, hops, { stream: BEAM, sequence: 12, index: 0 });
  expect([...headers].map(([name, values]) => `${name}: ${values.join()}`).toSorted()).toEqual(
    lines.toSorted(),
  );
  for (const name of [
    ...Object.values(HEADERS),
    ...deadLetterFields.map(field => field.replace(/^.*Dead/, '')),
  ])
    expect(page.text).toContain(name);
});

test('the names of bodies of the page are those that bodies get', () => {
  const run = { site: 'LNGS', detector: 'LIME', run: 42901 };
  const event = { ...run, equipment: 'Trigger', serial: 17 };
  expect(page.example('text', 'body-names').trimEnd().split('\n')).toEqual([
    bodyNames.event({ ...event, copy: 0 }),
    bodyNames.event({ ...event, copy: 1 }),
    bodyNames.odb(run),
    bodyNames.pedestal({ ...run, run: 42900, camera: 0, version: 1 }),
  ]);
});

/** The frames of the page's session, each with the direction it goes. */
function session(): { toDaemon: boolean; bytes: Buffer }[] {
  return page
    .example('hex', 'session')
    .split(/^(?=-> |<- )/m)
    .map(part => {
      const [title = '', ...lines] = part.split('\n');
      const dump = lines.filter(line => line !== '').join('\n');
      const head = bytesOf(dump);
      for (const [index, line] of xxd(head, 16).entries())
        expect(lines[index]?.slice(0, line.length)).toBe(line);
      const bytes = title.includes('120 bytes') ? Buffer.concat([head, hex('record-2')]) : head;
      return { toDaemon: title.startsWith('->'), bytes };
    });
}

test('a daemon answers the session of the page byte by byte, and leaves its journal and manifest', async () => {
  await using directory = await temporaryDirectory();
  await using daemon = await daemonIn(directory.path, { clock: () => Date.parse('2005-05-20T19:45:00Z') });
  const socket = connect(daemon.port, '127.0.0.1');
  let got = Buffer.alloc(0);
  socket.on('data', chunk => {
    got = Buffer.concat([got, chunk]);
  });
  let expected = Buffer.alloc(0);
  let journal = Buffer.alloc(0);
  for (const { toDaemon, bytes } of session()) {
    if (toDaemon) {
      socket.write(bytes);
      continue;
    }
    expected = Buffer.concat([expected, bytes]);
    await until(() => got.length >= expected.length, { what: 'the reply' });
    expect(got.toString('hex')).toBe(expected.toString('hex'));
    // There while the file is open: the last one read is that of the record.
    const open = (await readdir(directory.path)).find(name => name.endsWith('.journal'));
    if (open) journal = await readFile(join(directory.path, open));
  }
  if (!socket.closed) await once(socket, 'close');
  expect(journal).toEqual(hex('journal'));
  const file = join(directory.path, 'B050520_194402.mbeam.raw');
  expect(await readFile(file)).toEqual(hex('record-2'));
  expect(JSON.parse(await readFile(`${file}.manifest.json`, 'utf8'))).toEqual(json('manifest'));
});

test('what a client sends in the session is a valid recorded stream', async () => {
  const sent = session().filter(({ toDaemon }) => toDaemon);
  async function* stream() {
    for (const { bytes } of sent) yield bytes;
  }
  const commands = await Array.fromAsync(readCommands(stream(), { maxBodyBytes: 4096 }));
  expect(commands.map(({ kind }) => kind)).toEqual(['open', 'record', 'roll', 'close']);
});

test('the digest of the page is that of the hashed bytes, of the readings and of the record', () => {
  const { digest } = json('journal-line') as JournalEntry;
  const hashed = execFileSync('python3', [
    '-c',
    'import hashlib, sys; print(hashlib.sha256(bytes.fromhex(sys.argv[1])).hexdigest())',
    hex('digest').toString('hex'),
  ]);
  expect(hashed.toString().trim()).toBe(digest);
  expect(contentDigest(body.devices.map(device => ({ ...device, values: valuesOf(device) })))).toBe(digest);
  expect(contentDigest(decodeRecord(hex('record-2')).devices)).toBe(digest);
});

test('the journal line has the members a front end writes', () => {
  const members = {
    spill: true,
    event: true,
    inOut: true,
    seconds: true,
    nanoseconds: true,
    registration: true,
    sequence: true,
    accepted: true,
    attempts: true,
    settledAt: true,
    digest: true,
    devices: true,
    leftOut: true,
  } satisfies Record<keyof Omit<JournalEntry, 'values'>, true>;
  expect(Object.keys(json('journal-line') as object).toSorted()).toEqual(Object.keys(members).toSorted());
});

test('both notations of the device list say the same', () => {
  expect(parseDeviceList(page.example('yaml', 'devices'), 'devices.yaml')).toEqual(list);
  expect(list.notReadOut).toEqual(['M:OUTTMP']);
});

test('the ledger entry of the page is one', () => {
  const example = Buffer.from(page.example('json', 'ledger-entry'));
  expect(ledgerEntry.identity(ledgerEntry.decode(example))).toBe('filed:SPILL@1116600000000:9-9');
});

test('the examples of a run are what the messages take, and the reference names the body that its event has', () => {
  const bytes = (name: string) => encodeJson(json(name));
  const event = rawEvent.decode(bytes('raw-event'));
  expect(event.body.name).toBe(bodyNames.event(event));
  expect(eventGap.decode(bytes('event-gap'))).toMatchObject({ kind: 'missing' });
  const { equipment, rawEvents } = runEnd.decode(bytes('run-end'));
  const { events = 0, firstSerial, lastSerial, missing } = equipment['Trigger'] ?? {};
  expect(missing).toBe((lastSerial ?? 0) - (firstSerial ?? 0) + 1 - events);
  expect(rawEvents).toBe(events);
});

test('the page lists every answer that a sender of events may get, and the bytes of one', () => {
  const rows = page.table('| value | status | meaning |').slice(0, 6);
  expect(rows.map(([value, status]) => [Number(value), status])).toEqual(
    Object.entries(AcknowledgementStatus).map(([status, value]) => [value, status]),
  );
  const told = { eventId: 1, status: AcknowledgementStatus.kept, serial: 17, number: 3 };
  expect(decodeAcknowledgement(hex('acknowledgement'))).toEqual(told);
});

test('the page lists every status of the rotorooter, in its words', () => {
  const expected = Object.entries(STATUS).map(([name, { word, meaning }]) => [String(word), name, meaning]);
  expect(page.table('| word | status | meaning |')).toEqual(expected);
});

test('the page tells of every problem what it does to the values', () => {
  const told = page
    .table("| problem | the device's values |")
    .flatMap(([codes = '', fate = '']) =>
      [...codes.matchAll(/`(\w+)`/g)].map(([, code]) => [
        code,
        fate.startsWith('kept') ? 'keep' : 'leave out',
      ]),
    );
  expect(Object.fromEntries(told)).toEqual(FATE);
});

test('the fault numbers of the page are those that are sent', () => {
  const rows = page.table('| fault | text starts with | again? |');
  for (const [number, codes = ''] of rows)
    for (const [, code] of codes.matchAll(/`(\w+)`/g))
      expect([code, faultNumber(code as ErrorCode)]).toEqual([code, Number(number)]);
  expect(rows.length).toBeGreaterThan(4);
});

test('the page lists every stream, how long it keeps messages and how long it knows duplicates', () => {
  const rows = page.table('| stream | subject | type | body | kept | duplicates known for |');
  const told = rows.map(([name, , , , kept, known]) => [name, Number.parseInt(kept ?? '', 10), known]);
  const expected = (Object.keys(STREAMS) as StreamName[]).map(name => [
    name,
    STREAMS[name].maxAgeMs / 86_400_000,
    `${STREAMS[name].duplicateWindowMs / 60_000} min`,
  ]);
  expect(told).toEqual(expected);
  for (const state of Object.values(ActorState)) expect(page.text).toContain(`\`${state}\``);
});

test("the page's check of a file finds both blocks good, and a changed bit", async () => {
  await using directory = await temporaryDirectory();
  const file = join(directory.path, 'example.mbeam.raw');
  const check = async (bytes: Buffer): Promise<string> => {
    await writeFile(file, bytes);
    return (await run('python3', ['-c', page.example('python', 'checksum'), file])).stdout;
  };
  expect(await check(hex('record-2'))).toBe('0 0x18310002 good\n24 0x18320002 good\n');
  const spoilt = hex('record-2');
  spoilt.writeUInt8(1, 119);
  expect(await check(spoilt)).toBe('0 0x18310002 good\n24 0x18320002 BAD\n');
});

const hasRuntime = await run('python3', ['-c', 'import kaitaistruct']).then(
  () => true,
  () => false,
);
if (!hasRuntime)
  process.stderr.write('the generated Python reader is not run: python3 has no kaitaistruct here\n');

/** Runs the page's commands, with their readers put into `into`. */
const generate = (into: string) =>
  run('sh', ['-e', '-c', page.example('sh', 'generate').replaceAll(/ reader +#.*$/gm, ' "$INTO"')], {
    env: {
      ...process.env,
      PATH: `${dirname(process.execPath)}${delimiter}${process.env['PATH'] ?? ''}`,
      INTO: into,
    },
  });

test("the page's commands generate a reader for Python and one for C++", async () => {
  await using directory = await temporaryDirectory();
  await generate(directory.path);
  const files = ['minos_beam_file.cpp', 'minos_beam_file.h', 'minos_beam_file.py'];
  expect((await readdir(directory.path)).toSorted()).toEqual(files);
});

test.skipIf(!hasRuntime)('the generated Python reader reads the example as the page says', async () => {
  await using directory = await temporaryDirectory();
  await generate(directory.path);
  const file = join(directory.path, 'example.mbeam.raw');
  await writeFile(file, hex('record-2'));
  const { stdout } = await run('python3', ['-c', page.example('python', 'read'), file], {
    env: { ...process.env, PYTHONPATH: directory.path },
  });
  expect(stdout).toBe('spill 7\nE:TRTGTD [25.5]\nE:HITGT [4.25, nan, 4.5]\nE:EA5CNT [1234]\n');
});

const PIXELS = [
  [99, 101, 100, 98],
  [101, 101, 100, 102],
] as const;

test("the page's map of a pedestal is that of the pictures it names", () => {
  const made = PIXELS.reduce(
    (map, counts) => addPedestalPicture(map, Uint16Array.from(counts)),
    newPedestalMap(2, 2),
  );
  expect(hex('pedestal')).toEqual(Buffer.from(pedestalMapBytes(made)));
});

const python = pythonWithScience();
if (python === undefined) process.stderr.write(`the page's reader of pedestals is not run: ${NO_PYTHON}\n`);

test.skipIf(python === undefined)("the page's Python finds mean and RMS of each pixel in it", async () => {
  await using directory = await temporaryDirectory();
  const file = join(directory.path, 'pedestal');
  await writeFile(file, hex('pedestal'));
  const { stdout } = await run(python ?? '', ['-c', page.example('python', 'pedestal'), file]);
  expect(stdout).toBe(`[[100.0, 101.0], [100.0, 100.0]] [[${Math.SQRT2}, 0.0], [0.0, ${2 * Math.SQRT2}]]\n`);
});
