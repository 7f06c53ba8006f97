import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { digitisers } from '../../../protocol/midas/cygno/cygno.ts';
import { type MidasEvent, readEvents } from '../../../protocol/midas/midas.ts';
import { kaitaiReader } from '../../helpers/kaitai.ts';
import { chunked } from '../raw-block/arbitrary.ts';
import { anyWritten, bytesOf } from './arbitrary.ts';

interface KaitaiBank {
  readonly name: { readonly text: string };
  readonly type: number;
  readonly data: Uint8Array;
}

interface KaitaiFile {
  readonly events: {
    readonly id: number;
    readonly triggerMask: number;
    readonly serial: number;
    readonly time: number;
    readonly lenBody: number;
    readonly body: Uint8Array | { bytes?: Uint8Array; banks?: { banks: KaitaiBank[] } };
  }[];
}

const reader = await kaitaiReader('protocol/midas/midas_file.ksy', 'MidasFile');

/** What the reader generated from the description makes of a file, in words that both readers can be put into. */
const theirs = (bytes: Uint8Array): unknown[] =>
  (reader(bytes) as KaitaiFile).events.map(({ id, triggerMask, serial, time, lenBody, body }) => ({
    header: { id, triggerMask, serial, time, bodyBytes: lenBody },
    body:
      'banks' in body && body.banks
        ? body.banks.banks.map(bank => [bank.name.text, bank.type, [...bank.data]])
        : [...('bytes' in body && body.bytes ? body.bytes : (body as Uint8Array))],
  }));

const inWords = (event: MidasEvent): unknown => ({
  header: event.header,
  body:
    event.kind === 'data'
      ? event.banks.map(bank => [bank.name, bank.type, [...bank.bytes]])
      : [...event.bytes.subarray(16)],
});

const ours = (bytes: Uint8Array): Promise<unknown[]> =>
  Array.fromAsync(readEvents(chunked(bytes, [])), inWords);

test('a reader generated from the description reads, byte by byte, what ours reads', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyWritten, { maxLength: 4 }), async written => {
      const bytes = Buffer.concat(written.map(bytesOf));
      const read = await ours(bytes);
      expect(theirs(bytes)).toEqual(read);
      expect(read).toHaveLength(written.length);
    }),
  );
});

const orRefused = async (read: () => unknown): Promise<unknown> => {
  try {
    return await read();
  } catch {
    return 'refused';
  }
};

/** Bytes of interest: flags, the edges of printable ASCII, small and large sizes. */
const anyByte = fc.oneof(
  fc.constantFrom(0, 1, 2, 7, 8, 9, 0x0c, 0x10, 0x11, 0x1f, 0x20, 0x21, 0x31, 0x7e, 0x7f, 0x80, 0xff),
  fc.nat(255),
);

test('the generated reader refuses exactly the files that ours refuses, wherever bytes are wrong', async () => {
  const changes = fc.array(fc.tuple(fc.nat(200), anyByte), { minLength: 1, maxLength: 3 });
  const cut = fc.oneof(fc.constant(0), fc.nat(30));
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyWritten, { minLength: 1, maxLength: 2 }),
      changes,
      cut,
      async (written, changes, cut) => {
        const bytes = Uint8Array.from(Buffer.concat(written.map(bytesOf)));
        for (const [at, value] of changes) bytes[at % bytes.length] = value;
        const file = bytes.subarray(0, Math.max(0, bytes.length - cut));
        const read = await orRefused(() => ours(file));
        expect(await orRefused(() => theirs(file))).toEqual(read);
        if (read === 'refused') refused++;
      },
    ),
    { numRuns: 2000 },
  );
  expect(refused).toBeGreaterThan(400);
});

test('random bytes are the same to both', async () => {
  let read = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(anyByte, { maxLength: 120 }), async bytes => {
      const file = Uint8Array.from(bytes);
      const words = await orRefused(() => ours(file));
      expect(await orRefused(() => theirs(file))).toEqual(words);
      if (words !== 'refused') read++;
    }),
    { numRuns: 1000 },
  );
  expect(read).toBeGreaterThan(0);
});

interface KaitaiBoard {
  readonly model: number;
  readonly numSamples: number;
  readonly numChannels: number;
  readonly numTriggers: number;
  readonly levels: number;
  readonly sampling: number;
  readonly dcOffsets: number[];
  readonly timeTags: number[];
  readonly startCells?: number[];
}

const headerReader = await kaitaiReader(
  'protocol/midas/cygno/cygno_digitiser_header.ksy',
  'CygnoDigitiserHeader',
);

const word = fc.oneof(fc.nat(4), fc.constantFrom(1742, 1720, 22, 0xffff_ffff), fc.nat(0xffff));

test("the generated reader of the digitisers' header agrees with ours, also on what it refuses", async () => {
  const board = fc
    .tuple(fc.constantFrom(1742, 1720, 1761), fc.nat(3), fc.nat(3), fc.nat(3))
    .chain(([model, samples, channels, triggers]) => {
      const tail = channels + triggers * (model === 1742 ? 2 : 1);
      const words = fc.array(word, { minLength: tail, maxLength: tail });
      return words.map(rest => [model, samples, channels, triggers, 4096, 1333, ...rest]);
    });
  const good = fc.array(board, { maxLength: 3 }).map(boards => [boards.length, ...boards.flat()]);
  const any = fc.oneof(
    good,
    fc.tuple(good, fc.nat(40), word).map(([words, at, value]) => words.with(at % words.length, value)),
  );
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(any, async words => {
      const bytes = new Uint8Array(Uint32Array.from(words).buffer);
      const plain = await orRefused(() =>
        (headerReader(bytes) as { boards: KaitaiBoard[] }).boards.map(board => ({
          model: board.model,
          samples: board.numSamples,
          channels: board.numChannels,
          triggers: board.numTriggers,
          levels: board.levels,
          sampling: board.sampling,
          dcOffsets: board.dcOffsets,
          timeTags: board.timeTags,
          startCells: board.startCells ?? null,
        })),
      );
      if (plain === 'refused') refused++;
      const needed =
        plain === 'refused'
          ? 0
          : samplesOf(plain as { samples: number; channels: number; triggers: number }[]);
      if (needed > 1e5) return;
      const mine = await orRefused(() =>
        digitisers([
          { name: 'DGH0', type: 6, bytes },
          { name: 'DIG0', type: 4, bytes: new Uint8Array(needed * 2) },
        ]).map(({ sampleNs: _ns, waveforms: _samples, ...board }) => ({
          ...board,
          dcOffsets: [...board.dcOffsets],
          timeTags: [...board.timeTags],
          startCells: board.startCells && [...board.startCells],
        })),
      );
      expect(mine).toEqual(plain);
    }),
    { numRuns: 500 },
  );
  expect(refused).toBeGreaterThan(20);
});

const samplesOf = (boards: readonly { samples: number; channels: number; triggers: number }[]): number =>
  boards.reduce((sum, { samples, channels, triggers }) => sum + samples * channels * triggers, 0);
