import type { KeyedRandom } from '../../fixtures/simulator/random.ts';

/** Whole number in [0, below). */
export const upTo = (random: KeyedRandom, below: number): number => Math.floor(random.uniform() * below);

export const pick = <T>(random: KeyedRandom, from: readonly T[]): T => from[upTo(random, from.length)] as T;

/** Numbers at which sizes, counts and signs turn over. */
const EDGES = [
  0, 1, 2, 3, 4, 7, 8, 15, 16, 255, 256, 0x7fff, 0x8000, 0xffff, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff,
];

/** Largest input made: a mutation that doubles may not go on for ever. */
const MAX_BYTES = 256 * 1024;

type Mutation = (
  input: Buffer,
  random: KeyedRandom,
  others: readonly Uint8Array[],
  words: readonly string[],
) => Buffer;

const at = (input: Buffer, random: KeyedRandom): number => upTo(random, input.length + 1);

/** A stretch of an input, short ones more often. */
function stretch(input: Uint8Array, random: KeyedRandom): readonly [number, number] {
  const start = upTo(random, input.length + 1);
  const most = Math.min(input.length - start, 1 << upTo(random, 13));
  return [start, start + upTo(random, most + 1)];
}

const splice = (input: Buffer, start: number, end: number, piece: Uint8Array): Buffer =>
  Buffer.concat([input.subarray(0, start), piece, input.subarray(end)]);

const MUTATIONS: readonly Mutation[] = [
  function flipBit(input, random) {
    const copy = Buffer.from(input);
    const place = upTo(random, copy.length);
    if (copy.length > 0) copy[place] = (copy[place] as number) ^ (1 << upTo(random, 8));
    return copy;
  },
  function setByte(input, random) {
    const copy = Buffer.from(input);
    if (copy.length > 0) copy[upTo(random, copy.length)] = upTo(random, 256);
    return copy;
  },
  function edgeNumber(input, random) {
    const copy = Buffer.from(input);
    const width = pick(random, [1, 2, 4]);
    if (copy.length < width) return copy;
    const aligned = pick(random, [1, width]);
    const place = Math.floor(upTo(random, copy.length - width + 1) / aligned) * aligned;
    copy.writeUIntLE(pick(random, EDGES) % 2 ** (8 * width), place, width);
    return copy;
  },
  function addToNumber(input, random) {
    const copy = Buffer.from(input);
    if (copy.length < 4) return copy;
    const place = Math.floor(upTo(random, copy.length - 3) / 4) * 4;
    copy.writeUInt32LE((copy.readUInt32LE(place) + upTo(random, 65) - 32) >>> 0, place);
    return copy;
  },
  function cutOff(input, random) {
    return input.subarray(0, at(input, random));
  },
  function leaveOut(input, random) {
    const [start, end] = stretch(input, random);
    return splice(input, start, end, Buffer.alloc(0));
  },
  function repeat(input, random) {
    const [start, end] = stretch(input, random);
    const times = 1 + upTo(random, pick(random, [2, 8, 64]));
    const piece = input.subarray(start, end);
    if (piece.length * times > MAX_BYTES) return input;
    return splice(input, start, end, Buffer.concat(Array.from({ length: times + 1 }, () => piece)));
  },
  function putIn(input, random) {
    const piece = Buffer.from(Array.from({ length: upTo(random, 9) }, () => upTo(random, 256)));
    const place = at(input, random);
    return splice(input, place, place, piece);
  },
  function cross(input, random, others) {
    const other = pick(random, others);
    const [from, to] = stretch(other, random);
    const [start, end] = stretch(input, random);
    return splice(input, start, end, other.subarray(from, to));
  },
  function word(input, random, _others, words) {
    if (words.length === 0) return input;
    const [start, end] = random.uniform() < 0.5 ? stretch(input, random) : [at(input, random)];
    return splice(input, start, end ?? start, Buffer.from(pick(random, words)));
  },
];

/** An input changed in one to eight places; `words` are of the language it is written in. */
export function mutate(
  input: Uint8Array,
  random: KeyedRandom,
  others: readonly Uint8Array[],
  words: readonly string[] = [],
): Buffer {
  let mutated = Buffer.from(input);
  for (let count = 1 << upTo(random, 4); count > 0; count--)
    mutated = Buffer.from(pick(random, MUTATIONS)(mutated, random, others, words));
  return mutated.subarray(0, MAX_BYTES);
}
