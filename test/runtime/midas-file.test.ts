import { appendFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { constants, gunzipSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { asSpillwayError } from '../../protocol/errors.ts';
import { EventId, encodeDataEvent, encodeTextEvent } from '../../protocol/midas/midas.ts';
import {
  type MidasFileOptions,
  type RunFileOptions,
  readMidasFile,
  readRunFile,
} from '../../runtime/midas-file.ts';
import { temporaryDirectory } from '../helpers/temporary-directory.ts';
import { until } from '../helpers/until.ts';

const never = new AbortController().signal;
const begin = encodeTextEvent(EventId.beginOfRun, 7, 1, '{}');
const end = encodeTextEvent(EventId.endOfRun, 7, 9, '{}');
const picture = (serial: number): Uint8Array =>
  encodeDataEvent({ id: 1, triggerMask: 0, serial, time: 1 }, '32', [
    {
      name: 'CAM0',
      type: 4,
      values: Uint16Array.from({ length: 64 * 64 }, (_, at) => ((at + serial) ** 2 * 7919) % 65_521),
    },
  ]);
const run = Buffer.concat([begin, picture(0), picture(1), picture(2), end]);

async function read(path: string, options: Partial<MidasFileOptions> = {}) {
  const serials: number[] = [];
  try {
    for await (const event of readMidasFile(path, { signal: never, ...options }))
      serials.push(event.header.serial);
    return { serials, end: 'whole' };
  } catch (thrown) {
    const { code, message } = asSpillwayError(thrown);
    return { serials, end: `${code} ${message}` };
  }
}

test('a compressed run is the run, whatever the name of the file', async () => {
  await using directory = await temporaryDirectory();
  const expected = { serials: [7, 0, 1, 2, 7], end: 'whole' };
  for (const [name, bytes] of [
    ['run00007.mid', run],
    ['run00007.mid.gz', gzipSync(run)],
    ['unpacked.mid.gz', run],
    ['packed.mid', Buffer.concat([gzipSync(run.subarray(0, 100)), gzipSync(run.subarray(100))])],
  ] as const) {
    const path = join(directory.path, name);
    await writeFile(path, bytes);
    expect([name, await read(path)]).toEqual([name, expected]);
  }
});

test('a compressed run cut off anywhere gives every event that is whole in it, and says so', async () => {
  await using directory = await temporaryDirectory();
  const packed = gzipSync(run);
  const path = join(directory.path, 'run00007.mid.gz');
  let fewer = 0;
  for (let length = 20; length < packed.length; length += 397) {
    await writeFile(path, packed.subarray(0, length));
    const there = gunzipSync(packed.subarray(0, length), { finishFlush: constants.Z_SYNC_FLUSH }).length;
    let whole = 0;
    for (let at = 0; at < run.length; whole++) {
      at += 16 + run.readUInt32LE(at + 12);
      if (at > there) break;
    }
    const outcome = await read(path);
    expect([length, outcome.serials.length]).toEqual([length, whole]);
    expect(outcome.end).toBe(`MIDAS_TRUNCATED ${path}: gzip data is cut off at byte ${length}`);
    if (whole < 5) fewer++;
  }
  expect(fewer).toBeGreaterThan(10);
});

test('a compressed run without its last eight bytes, the checksum, is not taken for whole', async () => {
  await using directory = await temporaryDirectory();
  const path = join(directory.path, 'run.mid.gz');
  await writeFile(path, gzipSync(run).subarray(0, -8));
  expect(await read(path)).toMatchObject({
    serials: [7, 0, 1, 2, 7],
    end: expect.stringMatching(/^MIDAS_TRUNCATED/),
  });
});

test('damaged gzip data is malformed', async () => {
  await using directory = await temporaryDirectory();
  const path = join(directory.path, 'run.mid.gz');
  const packed = gzipSync(run);
  packed.writeUInt8(packed.readUInt8(packed.length - 8) ^ 1, packed.length - 8);
  await writeFile(path, packed);
  expect((await read(path)).end).toBe(`MIDAS_MALFORMED ${path}: gzip data is damaged behind byte 0`);
});

test('a torn file is told with its name and the offset', async () => {
  await using directory = await temporaryDirectory();
  const path = join(directory.path, 'run.mid');
  await writeFile(path, run.subarray(0, begin.length + 20));
  const message = `event at byte ${begin.length}: 20 bytes of an event that needs 8228 or more`;
  expect(await read(path)).toEqual({ serials: [7], end: `MIDAS_TRUNCATED ${path}: ${message}` });
});

test('a run without an event and a file without a byte are read to their ends', async () => {
  await using directory = await temporaryDirectory();
  const path = join(directory.path, 'run.mid');
  await writeFile(path, Buffer.concat([begin, end]));
  expect(await read(path)).toEqual({ serials: [7, 7], end: 'whole' });
  await writeFile(path, '');
  expect(await read(path)).toEqual({ serials: [], end: 'whole' });
  await expect(read(join(directory.path, 'none.mid'))).resolves.toMatchObject({
    end: expect.stringMatching(/^UNKNOWN ENOENT/),
  });
});

test.each(['plain', 'compressed'])(
  'a %s file that grows is read as it grows, to the end of the run',
  async kind => {
    await using directory = await temporaryDirectory();
    const path = join(directory.path, 'run.mid');
    const bytes = kind === 'plain' ? run : gzipSync(run);
    await writeFile(path, '');
    const serials: number[] = [];
    const reading = (async () => {
      for await (const event of readMidasFile(path, { signal: never, follow: { pollMs: 1 } }))
        serials.push(event.header.serial);
    })();
    const third = Math.floor(bytes.length / 3);
    await appendFile(path, bytes.subarray(0, 1));
    await appendFile(path, bytes.subarray(1, third));
    await until(() => serials.length > 0, { what: 'the begin of the run' });
    expect(serials.length).toBeLessThan(5);
    await appendFile(path, bytes.subarray(third));
    await reading;
    expect(serials).toEqual([7, 0, 1, 2, 7]);
  },
);

test('whoever stops following a file whose last event is not whole yet gets no error', async () => {
  await using directory = await temporaryDirectory();
  const path = join(directory.path, 'run.mid');
  await writeFile(path, run.subarray(0, begin.length + 20));
  const stop = new AbortController();
  const events = readMidasFile(path, { signal: stop.signal, follow: { pollMs: 1 } });
  expect(await events.next()).toMatchObject({ done: false, value: { header: { serial: 7 } } });
  const next = events.next();
  stop.abort();
  expect(await next).toMatchObject({ done: true });
});

test('a followed file that becomes shorter is told: what was read may be gone', async () => {
  await using directory = await temporaryDirectory();
  const path = join(directory.path, 'run.mid');
  await writeFile(path, begin);
  const events = readMidasFile(path, { signal: never, follow: { pollMs: 1 } });
  await events.next();
  await truncate(path, 3);
  const message = `${path}: ${begin.length} bytes were read, now it has 3`;
  await expect(events.next()).rejects.toMatchObject({ code: 'MIDAS_TRUNCATED', message });
});

/** Offsets of what is given, those stepped over in brackets; and how it ends. */
async function readRun(path: string, options: Partial<RunFileOptions> = {}) {
  const units: string[] = [];
  try {
    for await (const unit of readRunFile(path, { signal: never, ...options }))
      units.push(unit.kind === 'stepped-over' ? `(${unit.offset})` : `${unit.kind} ${unit.offset}`);
    return { units, end: 'whole' };
  } catch (thrown) {
    const { code, message } = asSpillwayError(thrown);
    return { units, end: `${code} ${message}` };
  }
}

const over = { pollMs: 1, over: async () => true };
const [first, second, third, last] = [0, 1, 2, 3].map(at => begin.length + at * picture(0).length) as [
  number,
  number,
  number,
  number,
];

test.each(['plain', 'compressed'])(
  'of a %s file, what the caller has is stepped over and all else given',
  async kind => {
    await using directory = await temporaryDirectory();
    const path = join(directory.path, 'run.mid');
    await writeFile(path, kind === 'plain' ? run : gzipSync(run));
    const size = picture(0).length;
    const having = (...offsets: number[]) =>
      readRun(path, { follow: over, have: offset => (offsets.includes(offset) ? size : undefined) });
    expect(await having(first, third)).toEqual({
      units: ['begin-of-run 0', `(${first})`, `data ${second}`, `(${third})`, `end-of-run ${last}`],
      end: 'whole',
    });
    expect((await having(first, second, third)).units).toHaveLength(5);
    expect(await having(5)).toMatchObject({ units: { length: 5 }, end: 'whole' });
  },
);

test('what the caller has is not read: a file of gigabytes goes on where it was left', async () => {
  await using directory = await temporaryDirectory();
  const path = join(directory.path, 'run.mid');
  await writeFile(path, Buffer.concat([run.subarray(0, first), Buffer.alloc(last - first, 0xff), end]));
  const have = (offset: number) => (offset === first ? last - first : undefined);
  expect(await readRun(path, { have })).toEqual({
    units: ['begin-of-run 0', `(${first})`, `end-of-run ${last}`],
    end: 'whole',
  });
});

test('an error behind what was stepped over tells the offset in the file', async () => {
  await using directory = await temporaryDirectory();
  const path = join(directory.path, 'run.mid');
  await writeFile(path, run.subarray(0, second + 100));
  const have = (offset: number) => (offset === first ? second - first : undefined);
  const message = `event at byte ${second}: 100 bytes of an event that needs 8228 or more`;
  expect((await readRun(path, { have })).end).toBe(`MIDAS_TRUNCATED ${path}: ${message}`);
});

test('a file shorter than what the caller has of it is told', async () => {
  await using directory = await temporaryDirectory();
  const path = join(directory.path, 'run.mid');
  await writeFile(path, run.subarray(0, first));
  const have = (offset: number) => (offset === first ? last - first : undefined);
  expect((await readRun(path, { have, follow: over })).end).toBe(
    `MIDAS_TRUNCATED ${path}: ${last} bytes were read, now it has ${first}`,
  );
});

test('a malformed body is given in its place, with its header', async () => {
  await using directory = await temporaryDirectory();
  const path = join(directory.path, 'run.mid');
  const spoilt = Buffer.from(run);
  spoilt.writeUInt32LE(0x77, second + 20);
  await writeFile(path, spoilt);
  const units = await Array.fromAsync(readRunFile(path, { signal: never }));
  expect(units[2]).toMatchObject({ kind: 'bad', offset: second, header: { id: 1, serial: 1 } });
  expect(units.map(({ kind }) => kind)).toEqual(['begin-of-run', 'data', 'bad', 'data', 'end-of-run']);
});

test('a file that grows no more is read to its end once more before it is given up', async () => {
  await using directory = await temporaryDirectory();
  const path = join(directory.path, 'run.mid');
  await writeFile(path, run.subarray(0, second));
  const rest = async () => {
    await appendFile(path, run.subarray(second, third));
    return true;
  };
  expect(await readRun(path, { follow: { pollMs: 1, over: rest } })).toEqual({
    units: ['begin-of-run 0', `data ${first}`, `data ${second}`],
    end: 'whole',
  });
});

test('of a compressed run the end is told only when its checksum is right', async () => {
  await using directory = await temporaryDirectory();
  const path = join(directory.path, 'run.mid.gz');
  const packed = gzipSync(run);
  await writeFile(path, packed);
  expect((await readRun(path, { follow: over })).units.at(-1)).toBe(`end-of-run ${last}`);
  packed.writeUInt8(packed.readUInt8(packed.length - 8) ^ 1, packed.length - 8);
  await writeFile(path, packed);
  const { units, end: wrong } = await readRun(path, { follow: over });
  expect(units).not.toContain(`end-of-run ${last}`);
  expect(wrong).toMatch(/^MIDAS_MALFORMED .*gzip data is damaged/);
});

test('how far the file is read is told in bytes on disk', async () => {
  await using directory = await temporaryDirectory();
  const path = join(directory.path, 'run.mid.gz');
  const packed = gzipSync(run);
  await writeFile(path, packed);
  let done = 0;
  await readRun(path, { onRead: bytes => (done = bytes) });
  expect(done).toBe(packed.length);
});
