import { appendFile, mkdir, rename, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { eventGap } from '../../../protocol/messages/event-gap.ts';
import { rawEvent } from '../../../protocol/messages/raw-event.ts';
import { slowReadings } from '../../../protocol/messages/readings.ts';
import { runBegin, runEnd } from '../../../protocol/messages/run-transition.ts';
import { encodeDataEvent } from '../../../protocol/midas/midas.ts';
import { temporaryDirectory } from '../../helpers/temporary-directory.ts';
import { until } from '../../helpers/until.ts';
import { World } from './jetstream.ts';
import { ended, eventsIn, gapsIn, live } from './life.ts';
import { begin, concat, damaged, end, ID, message, odbOf, picture, START, temperature } from './runs.ts';

/** What becomes of the bytes of one run file, followed by the file of the next run. */
async function taken(bytes: Uint8Array, { name = 'run00007.mid', next = true } = {}): Promise<World> {
  await using directory = await temporaryDirectory();
  const world = new World();
  const path = join(directory.path, name);
  await writeFile(path, bytes);
  // As long ago as a file that nobody copies any more.
  await utimes(path, START, START);
  if (next) await writeFile(join(directory.path, 'run00008.mid'), concat(begin(8), end(8)));
  await using _life = await live(world, { directory: directory.path });
  await ended(world, 7);
  return world;
}

const endOf = (world: World, run = 7) => world.all(runEnd).find(body => body.run === run);

test.each([
  ['no event at all', concat(begin(7), end(7)), []],
  ['one event', concat(begin(7), picture(0), end(7)), ['Trigger 0']],
])('a run with %s is a run, begun and ended', async (_, bytes, events) => {
  const world = await taken(bytes);
  expect(eventsIn(world)).toEqual(events);
  expect(endOf(world)).toMatchObject({ ending: 'end-of-run', rawEvents: events.length, bytes: bytes.length });
});

test('a compressed run that is cut off keeps what is whole in it and ends truncated', async () => {
  const pictures = Array.from({ length: 300 }, (_, serial) => picture(serial, (serial * 7919) % 60_000));
  const packed = gzipSync(concat(begin(7), ...pictures, end(7)));
  const world = await taken(packed.subarray(0, Math.floor(packed.length / 2)), { name: 'run00007.mid.gz' });
  const kept = eventsIn(world).length;
  expect(kept).toBeGreaterThan(50);
  expect(kept).toBeLessThan(250);
  expect(endOf(world)).toMatchObject({
    ending: 'truncated',
    error: { code: 'MIDAS_TRUNCATED', message: expect.stringContaining('gzip data is cut off') },
    rawEvents: kept,
  });
});

test('a compressed run whose checksum is wrong ends malformed, though every event seemed whole', async () => {
  const packed = gzipSync(concat(begin(7), picture(0), end(7)));
  packed.writeUInt8(packed.readUInt8(packed.length - 8) ^ 1, packed.length - 8);
  const world = await taken(packed, { name: 'run00007.mid.gz' });
  expect(endOf(world)).toMatchObject({
    ending: 'malformed',
    error: { message: expect.stringContaining('damaged') },
  });
});

test('a file that ends within an event ends truncated when the next run begins, with the offset', async () => {
  const whole = concat(begin(7), picture(0));
  const world = await taken(concat(whole, picture(1).subarray(0, 30)));
  expect(eventsIn(world)).toEqual(['Trigger 0']);
  const message = expect.stringContaining(`event at byte ${whole.length}: 30 bytes`);
  expect(endOf(world)).toMatchObject({ ending: 'truncated', error: { code: 'MIDAS_TRUNCATED', message } });
});

test('a run without its end is interrupted when the next one begins', async () => {
  const world = await taken(concat(begin(7), picture(0)));
  expect(endOf(world)).toMatchObject({ ending: 'interrupted', rawEvents: 1, endedAt: { seconds: START } });
});

test('what cannot be read in the middle ends the run as malformed, with all events before it and the offset', async () => {
  const whole = concat(begin(7), picture(0), picture(1));
  for (const rubbish of [new Uint8Array(500), new Uint8Array(500).fill(0xff)]) {
    const world = await taken(concat(whole, rubbish, picture(2), end(7)));
    expect(eventsIn(world)).toEqual(['Trigger 0', 'Trigger 1']);
    const message = expect.stringContaining(`event at byte ${whole.length}:`);
    expect(endOf(world)).toMatchObject({ ending: 'malformed', error: { code: 'MIDAS_MALFORMED', message } });
  }
});

test('rubbish that passes for an event of MIDAS itself is none', async () => {
  const whole = concat(begin(7), picture(0));
  const rubbish = new Uint8Array(64).fill(0x99);
  new DataView(rubbish.buffer).setUint32(12, 48, true);
  const world = await taken(concat(whole, rubbish, picture(1), end(7)));
  expect(eventsIn(world)).toEqual(['Trigger 0']);
  const message = expect.stringContaining(`event at byte ${whole.length}:`);
  expect(endOf(world)).toMatchObject({ ending: 'malformed', error: { message } });
});

test('an event whose bank has a wrong size is kept and told as damaged, and the run goes on', async () => {
  const world = await taken(
    concat(begin(7), picture(0), damaged(1), damaged(0, ID.environment), picture(2), end(7)),
  );
  expect(eventsIn(world)).toEqual(['Trigger 0', 'Trigger 1', 'Environment 0', 'Trigger 2']);
  expect(gapsIn(world)).toEqual(['Trigger damaged 1-1', 'Environment damaged 0-0']);
  expect(world.all(eventGap)[0]?.reason).toContain('bank CAM0: 4096 bytes');
  expect(world.eventStore.bodies.get('lngs/lime/7/trigger/1')).toEqual(damaged(1));
  expect(endOf(world)).toMatchObject({ ending: 'end-of-run', rawEvents: 4 });
});

test('nothing is dropped: unknown banks stay in their event, unknown ids are kept under the name that the ODB has for them', async () => {
  const fragment = picture(0, 0, 77);
  new DataView(fragment.buffer).setUint16(0, 0x8003, true);
  const world = await taken(concat(begin(7), picture(0, 0, ID.veto), picture(0, 0, 77), fragment, end(7)));
  expect(eventsIn(world)).toEqual(['Veto 0', 'id77 0', 'id32771 0']);
  expect(world.all(rawEvent).map(({ eventId }) => eventId)).toEqual([12, 77, 0x8003]);
});

test('slow control too large for a message is kept whole', async () => {
  const inputs = Array.from({ length: 20_000 }, (_, at) => at);
  const header = { id: ID.environment, triggerMask: 0, serial: 0, time: START };
  const event = encodeDataEvent(header, '32', [{ name: 'INPT', type: 9, values: Float32Array.from(inputs) }]);
  const world = await taken(concat(begin(7), event, end(7)));
  expect(eventsIn(world)).toEqual(['Environment 0']);
  expect(world.all(slowReadings)).toEqual([]);
});

test('two equipments with the same serial in the same second are two events', async () => {
  const world = await taken(concat(begin(7), picture(0), picture(0, 0, ID.veto), end(7)));
  expect(eventsIn(world)).toEqual(['Trigger 0', 'Veto 0']);
  expect([...world.eventStore.bodies.keys()]).toContain('lngs/lime/7/veto/0');
  expect(gapsIn(world)).toEqual([]);
});

test('serials left out, the same event again, and another one under its serial are told; the end of the run counts them', async () => {
  const world = await taken(
    concat(begin(7), picture(0), picture(3), picture(3), picture(3, 50), picture(1), end(7)),
  );
  expect(eventsIn(world)).toEqual(['Trigger 0', 'Trigger 3', 'Trigger 3~1', 'Trigger 1']);
  expect(gapsIn(world)).toEqual(['Trigger missing 1-2', 'Trigger duplicate 3-3', 'Trigger copy 3-3']);
  expect(endOf(world)?.equipment['Trigger']).toEqual({
    events: 4,
    firstSerial: 0,
    lastSerial: 3,
    missing: 1,
    duplicates: 1,
  });
  expect(world.eventStore.bodies.get('lngs/lime/7/trigger/3~1')).toEqual(picture(3, 50));
});

test.each([
  ['not JSON', 'this is no ODB'],
  ['JSON that ends too early', odbOf().slice(0, -20)],
])('a run whose ODB dump is %s goes on without its conditions, and the dump is kept', async (_, dump) => {
  const world = await taken(concat(begin(7, dump), picture(0), end(7)));
  expect(world.all(runBegin)[0]).toMatchObject({
    exposure: null,
    highVoltage: null,
    pedestal: false,
    description: '',
    conditions: {},
    odb: { kind: 'unreadable', body: { name: 'lngs/lime/7/odb' } },
  });
  expect(Buffer.from(world.eventStore.bodies.get('lngs/lime/7/odb') ?? []).toString()).toBe(`${dump}\0`);
  expect(eventsIn(world)).toEqual(['Trigger 0']);
});

test('an ODB that MIDAS wrote with decimal commas is mended, and says so', async () => {
  const dump = odbOf().replace('"Exposure":0.3', '"Exposure":3,0000000000000000e-01');
  const world = await taken(concat(begin(7, dump), end(7)));
  expect(world.all(runBegin)[0]).toMatchObject({ exposure: 0.3, odb: { kind: 'read', mended: true } });
});

test('a file without the begin of its run has the run in its name', async () => {
  const world = await taken(concat(picture(0), picture(1), end(7)));
  expect(world.all(runBegin)[0]).toMatchObject({
    run: 7,
    startedAt: { seconds: START },
    odb: { kind: 'none', reason: 'the file has no begin-of-run event' },
  });
  expect(eventsIn(world)).toEqual(['Trigger 0', 'Trigger 1']);
});

test('a file of nothing, and one of rubbish, are runs that ended badly: somebody must look', async () => {
  for (const [bytes, ending] of [
    [new Uint8Array(), 'interrupted'],
    [new Uint8Array(100).fill(0xee), 'malformed'],
  ] as const) {
    const world = await taken(bytes);
    expect(world.all(runBegin)[0]).toMatchObject({
      run: 7,
      startedAt: { seconds: START },
      odb: { kind: 'none' },
    });
    expect(endOf(world)).toMatchObject({ ending, rawEvents: 0 });
  }
});

test('messages of MIDAS are counted and are no events', async () => {
  await using directory = await temporaryDirectory();
  const world = new World();
  await writeFile(join(directory.path, 'run00007.mid'), concat(begin(7), message('[GEM,INFO] trip'), end(7)));
  await using life = await live(world, { directory: directory.path });
  await ended(world, 7);
  expect(life.context.counts.get('message')).toBe(1);
  expect(eventsIn(world)).toEqual([]);
});

test('a second run in a file ends the first: one file, one run', async () => {
  const world = await taken(concat(begin(7), picture(0), begin(9), picture(0), end(9)));
  expect(endOf(world)).toMatchObject({
    ending: 'interrupted',
    error: { message: expect.stringContaining('run 9 begins at byte') },
  });
});

test('runs are taken in the order of their numbers, and a growing one until its end', async () => {
  await using directory = await temporaryDirectory();
  const world = new World();
  const path = (run: number) => join(directory.path, `run${String(run).padStart(5, '0')}.mid`);
  await writeFile(path(10), concat(begin(10), picture(0), end(10)));
  await writeFile(path(9), concat(begin(9), picture(0), end(9)));
  await writeFile(join(directory.path, 'notes.txt'), 'run00001.mid');
  await using life = await live(world, { directory: directory.path });
  await ended(world, 10);
  await writeFile(path(11), begin(11));
  await until(() => life.figure('run') === 11);
  const [one, two] = [picture(0), picture(1)];
  await appendFile(path(11), concat(one, two.subarray(0, 20)));
  await until(() => eventsIn(world).length === 3);
  await appendFile(path(11), concat(two.subarray(20), end(11)));
  await ended(world, 11);
  expect(world.all(rawEvent).map(({ run, serial }) => `${run}/${serial}`)).toEqual([
    '9/0',
    '10/0',
    '11/0',
    '11/1',
  ]);
  expect(world.all(runEnd).map(({ run, ending }) => `${run} ${ending}`)).toEqual([
    '9 end-of-run',
    '10 end-of-run',
    '11 end-of-run',
  ]);
  await until(() => life.figure('lagBytes') === 0, { what: 'no lag' });
});

test('a file that is compressed when it has ended is not taken twice, by this life or the next', async () => {
  await using directory = await temporaryDirectory();
  const world = new World();
  const bytes = concat(begin(7), temperature(0), picture(0), end(7));
  const path = join(directory.path, 'run00007.mid');
  await writeFile(path, bytes);
  {
    await using _life = await live(world, { directory: directory.path });
    await ended(world, 7);
    await writeFile(`${path}.gz`, gzipSync(bytes));
    await rm(path);
    await writeFile(join(directory.path, 'run00008.mid'), concat(begin(8), end(8)));
    await ended(world, 8);
  }
  const before = world.log;
  world.forgetIdentities();
  await using _next = await live(world, { directory: directory.path });
  await writeFile(join(directory.path, 'run00009.mid'), concat(begin(9), end(9)));
  await ended(world, 9);
  expect(world.log.slice(0, before.length)).toEqual(before);
  expect(world.log.slice(before.length).every(line => line.includes('.lime.9 '))).toBe(true);
});

test('while a file is being compressed there are two of it, and the whole one is read', async () => {
  await using directory = await temporaryDirectory();
  const world = new World();
  const bytes = concat(begin(7), picture(0), end(7));
  await writeFile(join(directory.path, 'run00007.mid.gz'), gzipSync(bytes).subarray(0, 40));
  await writeFile(join(directory.path, 'run00007.mid'), bytes);
  await using _life = await live(world, { directory: directory.path });
  await ended(world, 7);
  expect(endOf(world)?.ending).toBe('end-of-run');
});

test('a compressed file that is still being copied is waited for', async () => {
  await using directory = await temporaryDirectory();
  const world = new World();
  const packed = gzipSync(concat(begin(7), picture(0), end(7)));
  const path = join(directory.path, 'run00007.mid.gz');
  await writeFile(path, packed.subarray(0, 60));
  await using life = await live(world, { directory: directory.path }, { settled: '10m' });
  await until(() => life.figure('lagBytes') === 0);
  await appendFile(path, packed.subarray(60));
  await until(() => eventsIn(world).length === 1, { what: 'its event' });
  await writeFile(join(directory.path, 'run00008.mid'), begin(8));
  await ended(world, 7);
  expect(endOf(world)?.ending).toBe('end-of-run');
});

test('a directory that is not there yet is waited for', async () => {
  await using directory = await temporaryDirectory();
  const world = new World();
  const path = join(directory.path, 'later');
  await using life = await live(world, { directory: path });
  await until(() => life.figure('waiting') === 1, { what: 'word that it waits' });
  await mkdir(path);
  await writeFile(join(path, 'run00007.mid'), concat(begin(7), picture(0), end(7)));
  await ended(world, 7);
  expect(life.figure('waiting')).toBe(0);
});

test('a file that becomes shorter than what was read of it ends its run as truncated', async () => {
  await using directory = await temporaryDirectory();
  const world = new World();
  const path = join(directory.path, 'run00007.mid');
  await writeFile(path, concat(begin(7), picture(0), picture(1)));
  await using _life = await live(world, { directory: directory.path });
  await until(() => eventsIn(world).length === 2);
  await truncate(path, begin(7).length);
  await ended(world, 7);
  expect(endOf(world)).toMatchObject({ ending: 'truncated', rawEvents: 2 });
});

test('another run under a number that is known is not taken, and somebody is told', async () => {
  await using directory = await temporaryDirectory();
  const world = new World();
  const path = join(directory.path, 'run00007.mid');
  await writeFile(path, concat(begin(7), picture(0)));
  {
    await using _life = await live(world, { directory: directory.path });
    await until(() => eventsIn(world).length === 1);
  }
  await writeFile(path, concat(begin(7, odbOf(), START + 1000), picture(0, 40), end(7)));
  await using life = await live(world, { directory: directory.path });
  await until(() => life.figure('conflicts') === 1);
  expect(eventsIn(world)).toEqual(['Trigger 0']);
});

test('a file with a higher number that was left behind does not end a run that goes on', async () => {
  await using directory = await temporaryDirectory();
  const world = new World();
  const stray = join(directory.path, 'run99999.mid');
  await writeFile(stray, concat(begin(99_999), end(99_999)));
  await utimes(stray, START, START);
  const path = join(directory.path, 'run00007.mid');
  await writeFile(path, concat(begin(7), picture(0)));
  await using life = await live(world, { directory: directory.path });
  await until(() => eventsIn(world).length === 1);
  // All that can be read of it is read; it is looked at again and again.
  await until(() => life.figure('lagBytes') === concat(begin(99_999), end(99_999)).length);
  await appendFile(path, concat(picture(1), end(7)));
  await ended(world, 99_999);
  expect(world.all(runEnd).map(({ run, ending }) => `${run} ${ending}`)).toEqual([
    '7 end-of-run',
    '99999 end-of-run',
  ]);
});

test('runs before the first one that is wanted are left alone', async () => {
  await using directory = await temporaryDirectory();
  const world = new World();
  for (const run of [7, 8])
    await writeFile(join(directory.path, `run0000${run}.mid`), concat(begin(run), picture(0), end(run)));
  await using _life = await live(world, { directory: directory.path }, { firstRun: 8 });
  await ended(world, 8);
  expect(world.all(runBegin).map(({ run }) => run)).toEqual([8]);
});

test('a run whose file went while nobody looked is ended when later ones are there', async () => {
  await using directory = await temporaryDirectory();
  const world = new World();
  const path = join(directory.path, 'run00007.mid');
  await writeFile(path, concat(begin(7), picture(0)));
  {
    await using _life = await live(world, { directory: directory.path });
    await until(() => eventsIn(world).length === 1);
  }
  await rename(path, join(directory.path, 'moved'));
  {
    await using life = await live(world, { directory: directory.path });
    await until(() => life.figure('lagBytes') === 0);
    expect(world.all(runEnd)).toEqual([]);
  }
  await writeFile(join(directory.path, 'run00008.mid'), concat(begin(8), end(8)));
  await using _life = await live(world, { directory: directory.path });
  await ended(world, 8);
  expect(endOf(world)).toMatchObject({
    ending: 'interrupted',
    rawEvents: 1,
    equipment: { Trigger: { events: 1 } },
  });
});

test('one file, whatever its name, is taken to its end', async () => {
  await using directory = await temporaryDirectory();
  const world = new World();
  const path = join(directory.path, 'copy.mid');
  await writeFile(path, concat(begin(7), picture(0)));
  await using _life = await live(world, { file: path });
  await ended(world, 7);
  expect(endOf(world)).toMatchObject({ ending: 'interrupted', rawEvents: 1 });
});

test('a file with neither a begin of a run nor a run in its name is refused', async () => {
  await using directory = await temporaryDirectory();
  const world = new World();
  const path = join(directory.path, 'copy.mid');
  await writeFile(path, picture(0));
  await using life = await live(world, { file: path });
  await until(() => life.context.counts.has('refused'));
  expect(world.log).toEqual([]);
});
