import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeRecord, readBlocks } from '../../../protocol/raw-block/raw-block.ts';
import { anyMinor, anyRecord, chunked } from './arbitrary.ts';

const read = (bytes: Uint8Array, sizes: readonly number[] = []) =>
  Array.fromAsync(readBlocks(chunked(bytes, sizes)), ({ offset, ...item }) => ({
    offset,
    kind: item.kind === 'block' ? item.block.kind : item.problem,
  }));

test('blocks come whole whatever the chunks they travel in', async () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 64 }), { maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyRecord, { maxLength: 4 }),
      anyMinor,
      sizes,
      async (records, minor, sizes) => {
        const encoded = records.map(record => encodeRecord(record, { minor }));
        let offset = 0;
        const expected = encoded.flatMap(bytes => {
          const start = offset;
          offset += bytes.length;
          return [
            { offset: start, kind: 'header' },
            { offset: start + 24, kind: 'payload' },
          ];
        });
        expect(await read(Buffer.concat(encoded), sizes)).toEqual(expected);
      },
    ),
  );
});

const record = encodeRecord(
  {
    simulated: true,
    detector: 'near',
    time: { seconds: 1, nanoseconds: 2 },
    spillCount: 3,
    inOut: 'in',
    devices: [],
  },
  { minor: 2 },
);

test('reading goes on behind a bad checksum', async () => {
  const bytes = Buffer.concat([record, record]);
  bytes[20] = 0xff;
  expect((await read(bytes, [7, 9])).map(({ kind }) => kind)).toEqual([
    'BLOCK_CHECKSUM',
    'payload',
    'header',
    'payload',
  ]);
});

test('a stream that ends within a block ends with what is torn', async () => {
  for (let length = 1; length < 24; length++) {
    expect(await read(record.subarray(0, length), [1, 2])).toEqual([{ offset: 0, kind: 'torn' }]);
  }
  expect(await read(record.subarray(0, 30))).toEqual([
    { offset: 0, kind: 'header' },
    { offset: 24, kind: 'torn' },
  ]);
});

test('behind a wrong size word nothing is guessed', async () => {
  const bytes = Buffer.concat([record, Buffer.alloc(8), record]);
  expect((await read(bytes)).map(({ kind }) => kind)).toEqual(['header', 'payload', 'BLOCK_MALFORMED']);
});
