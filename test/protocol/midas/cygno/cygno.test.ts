import { expect, test } from 'vitest';
import { digitisers, insideExposure, pictures, waveform } from '../../../../protocol/midas/cygno/cygno.ts';
import {
  type Bank,
  decodeEvent,
  encodeDataEvent,
  type WrittenBank,
} from '../../../../protocol/midas/midas.ts';

const event = (id: number, banks: readonly WrittenBank[]) =>
  decodeEvent(encodeDataEvent({ id, triggerMask: 0, serial: 0, time: 0 }, '32', banks));

const banksOf = (banks: readonly WrittenBank[]): readonly Bank[] => {
  const read = event(1, banks);
  return read.kind === 'data' ? read.banks : [];
};

const u16 = (name: string, length: number): WrittenBank => ({
  name,
  type: 4,
  values: new Uint16Array(length),
});

test.each([
  [2304 * 2304, 2304, 2304],
  [4096 * 2304, 4096, 2304],
  [64 * 64, 64, 64],
])('a picture of %i pixels is %i x %i: the size tells the camera', (length, width, height) => {
  expect(pictures(banksOf([u16('CAM0', length)]))).toMatchObject([{ camera: 0, width, height }]);
});

test('the larger camera is not taken for a square of 3072, though its pixels would fill one', () => {
  expect(4096 * 2304).toBe(3072 * 3072);
  expect(pictures(banksOf([u16('CAM0', 3072 * 3072)]))).toMatchObject([{ width: 4096, height: 2304 }]);
});

test('several cameras give several pictures, and no other bank one', () => {
  const read = pictures(banksOf([u16('CAM0', 16), u16('DIG0', 16), u16('CAM1', 64), u16('CAME', 16)]));
  expect(read.map(({ camera, width }) => [camera, width])).toEqual([
    [0, 4],
    [1, 8],
  ]);
});

test.each([0, 15, 2304 * 2304 - 1, 2305 * 2305])('%i pixels are no picture', length => {
  const refused = { code: 'MIDAS_MALFORMED', message: `bank CAM0: ${length} pixels are no camera's picture` };
  expect(() => pictures(banksOf([u16('CAM0', length)]))).toThrow(expect.objectContaining(refused));
});

/** Word by word: two boards, of two channels and three triggers, and of one channel and one trigger. */
// biome-ignore format: a line for each part
const HEADER = [
  2,
  1742, 4, 2, 3, 4096, 1333,
  13107, 0, // offsets: -0.3, -0.5
  21_176_471, 35_294_117, 35_294_118, // 180.0000035 ms, 299.9999945 ms, 300.000003 ms
  11, 1023, 0, // start cells
  1720, 5, 1, 1, 4096, 250,
  32768,
  21_176_470, // 179.999995 ms
];
const dgh0 = (words: readonly number[] = HEADER): WrittenBank => ({
  name: 'DGH0',
  type: 6,
  values: Uint32Array.from(words),
});
const dig0 = (length = 3 * 2 * 4 + 5): WrittenBank => ({
  name: 'DIG0',
  type: 4,
  values: Uint16Array.from({ length }, (_, index) => index),
});

test('boards, waveforms and time tags are where the front end puts them', () => {
  const [fast, slow] = digitisers(banksOf([dig0(), dgh0()]));
  expect(fast).toMatchObject({
    model: 1742,
    samples: 4,
    channels: 2,
    triggers: 3,
    levels: 4096,
    sampleNs: 1.333,
  });
  expect([...(fast?.dcOffsets ?? [])]).toEqual([13107, 0]);
  expect([...(fast?.startCells ?? [])]).toEqual([11, 1023, 0]);
  expect([...waveform(fast!, 0, 1)]).toEqual([4, 5, 6, 7]);
  expect([...waveform(fast!, 2, 0)]).toEqual([16, 17, 18, 19]);
  expect(slow).toMatchObject({ model: 1720, samples: 5, sampleNs: 4, startCells: null });
  expect([...waveform(slow!, 0, 0)]).toEqual([24, 25, 26, 27, 28]);
});

test('a trigger counts as inside the exposure from 180 ms to its end, by tags of 8.5 ns', () => {
  const [fast, slow] = digitisers(banksOf([dig0(), dgh0()]));
  expect([0, 1, 2].map(trigger => insideExposure(fast!, trigger, 0.3))).toEqual([true, true, false]);
  expect(insideExposure(slow!, 0, 0.3)).toBe(false);
  expect(insideExposure(slow!, 1, 0.3)).toBe(false);
});

test('a free-running picture has no digitisers, and a picture whose boards saw nothing has boards', () => {
  expect(digitisers(banksOf([u16('CAM0', 4)]))).toEqual([]);
  const idle = digitisers(banksOf([dig0(0), dgh0([1, 1720, 4000, 1, 0, 4096, 250, 32768])]));
  expect(idle).toMatchObject([{ triggers: 0, waveforms: new Uint16Array() }]);
});

test.each([
  ['samples without a header', [dig0()], 'bank DIG0 without the other'],
  ['a header without samples', [dgh0()], 'bank DGH0 without the other'],
  ['a sample too few', [dig0(28), dgh0()], 'board 1720 has 5 samples, 4 are left'],
  ['a sample too many', [dig0(30), dgh0()], '1 samples left over'],
  ['a word too few', [dig0(), dgh0(HEADER.slice(0, -1))], 'time tags of board 1720 need 1 words, 0 are left'],
  ['a word too many', [dig0(), dgh0([...HEADER, 0])], '1 words left over'],
  ['no words', [dig0(0), dgh0([])], 'number of boards need 1 words'],
  ['four billion boards', [dig0(), dgh0(HEADER.with(0, 0xffff_ffff))], '4294967295 boards'],
  ['four billion channels', [dig0(), dgh0(HEADER.with(3, 0xffff_ffff))], 'offsets of board 1742'],
  ['four billion samples', [dig0(), dgh0(HEADER.with(2, 0xffff_ffff))], 'board 1742 has 25769803770 samples'],
])('%s: malformed', (_, banks, text) => {
  const refused = { code: 'MIDAS_MALFORMED', message: expect.stringContaining(text) };
  expect(() => digitisers(banksOf(banks))).toThrow(expect.objectContaining(refused));
});
