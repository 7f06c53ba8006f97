import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { asSpillwayError } from '../../../protocol/errors.ts';
import {
  type BadEvent,
  EventId,
  encodeDataEvent,
  encodeTextEvent,
  readEvents,
} from '../../../protocol/midas/midas.ts';
import { chunked } from '../raw-block/arbitrary.ts';
import { anyWritten, bytesOf } from './arbitrary.ts';

interface Outcome {
  readonly events: Uint8Array[];
  readonly offsets: number[];
  readonly end: string;
}

async function read(bytes: Uint8Array, sizes: readonly number[] = [], options = {}): Promise<Outcome> {
  const events: Uint8Array[] = [];
  const offsets: number[] = [];
  let end = 'whole';
  try {
    for await (const event of readEvents(chunked(bytes, sizes), options)) {
      events.push(Uint8Array.from(event.bytes));
      offsets.push(event.offset);
    }
  } catch (thrown) {
    const { code, message } = asSpillwayError(thrown);
    end = `${code} ${message}`;
  }
  return { events, offsets, end };
}

const sizes = fc.array(fc.integer({ min: 1, max: 64 }), { maxLength: 60 });

test('events come whole, in order and with their offsets, whatever the chunks they travel in', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyWritten, { maxLength: 6 }), sizes, async (written, sizes) => {
      const encoded = written.map(bytesOf);
      let offset = 0;
      const offsets = encoded.map(bytes => (offset += bytes.length) - bytes.length);
      const all = Buffer.concat(encoded);
      expect(await read(all, sizes)).toEqual({
        events: encoded.map(bytes => Uint8Array.from(bytes)),
        offsets,
        end: 'whole',
      });
    }),
  );
});

test('a file torn at any byte gives all whole events before it and says where the torn one starts', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyWritten, { minLength: 1, maxLength: 3 }), sizes, async (written, sizes) => {
      const encoded = written.map(bytesOf);
      const all = Buffer.concat(encoded);
      const wrong: unknown[] = [];
      for (let length = 0; length < all.length; length++) {
        let whole = 0;
        let offset = 0;
        while (offset + (encoded[whole]?.length ?? Infinity) <= length)
          offset += encoded[whole++]?.length ?? 0;
        const { events, end } = await read(all.subarray(0, length), sizes);
        const expected = offset === length ? 'whole' : `MIDAS_TRUNCATED event at byte ${offset}:`;
        if (events.length !== whole || !end.startsWith(expected))
          wrong.push({ length, events: events.length, end });
      }
      expect(wrong).toEqual([]);
    }),
    { numRuns: 20 },
  );
});

test('any bytes at all end in events or in one of the two codes', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), sizes, async (bytes, sizes) => {
      expect((await read(bytes, sizes)).end).toMatch(
        /^(whole$|MIDAS_(TRUNCATED|MALFORMED) event at byte \d+)/,
      );
    }),
    { numRuns: 500 },
  );
});

const good = (serial: number): Uint8Array =>
  encodeDataEvent({ id: 7, triggerMask: 0, serial, time: 1 }, '16', [
    { name: 'TCAM', type: 10, values: Float64Array.of(-18) },
  ]);
const spoilt = (): Uint8Array => {
  const bytes = good(1);
  bytes[20] = 0x77; // flags
  return bytes;
};

test('an event that contradicts itself ends the stream, with its offset', async () => {
  const { events, end } = await read(Buffer.concat([good(0), spoilt(), good(2)]));
  expect(events).toHaveLength(1);
  expect(end).toBe('MIDAS_MALFORMED event at byte 40: flags are 0x77, 0x1, 0x11 and 0x31 are known');
});

test('whoever wants to know of such events has them told, and those behind them read', async () => {
  const bad: BadEvent[] = [];
  const onBad = (event: BadEvent) => bad.push({ ...event, bytes: Uint8Array.from(event.bytes) });
  const { offsets, end } = await read(Buffer.concat([good(0), spoilt(), good(2)]), [], { onBad });
  expect({ offsets, end }).toEqual({ offsets: [0, 80], end: 'whole' });
  expect(bad).toMatchObject([{ offset: 40, bytes: spoilt(), reason: expect.stringContaining('flags') }]);
});

test('an event over the limit is refused at its header, without waiting for its bytes', async () => {
  const header = Buffer.alloc(16);
  header.writeUInt32LE(0xffff_ffff, 12);
  async function* endless(): AsyncGenerator<Uint8Array> {
    yield good(0);
    yield header;
    await new Promise(() => undefined);
  }
  const reading = Array.fromAsync(readEvents(endless()));
  const message = 'event at byte 40: an event of 4294967311 bytes, 134217728 allowed';
  await expect(reading).rejects.toMatchObject({ code: 'MIDAS_MALFORMED', message });
  const small = await read(good(0), [], { limits: { maxEventBytes: 39 } });
  expect(small.end).toBe('MIDAS_MALFORMED event at byte 0: an event of 40 bytes, 39 allowed');
});

test('two equipments with the same serial in the same second are two events', async () => {
  const camera = encodeDataEvent({ id: 1, triggerMask: 0, serial: 5, time: 1702593197 }, '32', []);
  const slow = encodeDataEvent({ id: 7, triggerMask: 0, serial: 5, time: 1702593197 }, '16', []);
  const events = await Array.fromAsync(readEvents(chunked(Buffer.concat([camera, slow]), [3])));
  expect(events.map(({ header }) => [header.id, header.serial, header.time])).toEqual([
    [1, 5, 1702593197],
    [7, 5, 1702593197],
  ]);
});

test.each([0, 1])('a run of %i events is begin, events and end', async count => {
  const begin = encodeTextEvent(EventId.beginOfRun, 3, 1, '{}');
  const end = encodeTextEvent(EventId.endOfRun, 3, 2, '{}');
  const bytes = Buffer.concat([begin, ...(count ? [good(0)] : []), end]);
  const events = await Array.fromAsync(readEvents(chunked(bytes, [])));
  expect(events.map(({ kind }) => kind)).toEqual(['begin-of-run', ...(count ? ['data'] : []), 'end-of-run']);
});

test('an event in one chunk is a view into that chunk', async () => {
  const bytes = good(0);
  const [event] = await Array.fromAsync(readEvents(chunked(bytes, [])));
  expect(event?.bytes.buffer).toBe(bytes.buffer);
});
