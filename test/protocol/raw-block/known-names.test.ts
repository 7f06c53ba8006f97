import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeDeviceName, encodeDeviceName } from '../../../protocol/raw-block/device-name.ts';
import { knownName, nameOfWords } from '../../../protocol/raw-block/known-names.ts';

/** Enough to take each other's places several times over. */
const NAMES = Array.from({ length: 20_000 }, (_, index) => `E:${index.toString(36).toUpperCase()}`);
const KINDS = ['float', 'int'] as const;

test('of more names than are kept each is still written and read as itself, again and again', () => {
  for (let round = 0; round < 2; round++) {
    for (const name of NAMES) {
      for (const kind of KINDS) {
        const known = knownName(name, kind);
        const { first, second } = encodeDeviceName(name, kind);
        expect(known).toMatchObject({ first, second });
        expect(nameOfWords(first, second)).toMatchObject({ name, kind });
      }
    }
  }
});

const outcome = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (thrown) {
    return String(thrown);
  }
};

test('any two words are the name that they are without what is remembered, or no name for the same reason', () => {
  const word = fc.oneof(fc.constant(0), fc.integer(), fc.integer({ min: 0x4141_4641, max: 0x5a5a_465a }));
  fc.assert(
    fc.property(word, word, (first, second) => {
      const expected = outcome(() => decodeDeviceName(first, second));
      expect(outcome(() => nameOfWords(first, second))).toEqual(expected);
      expect(outcome(() => nameOfWords(first, second))).toEqual(expected);
    }),
  );
});

test('a name that does not fit is refused however often it comes', () => {
  for (let time = 0; time < 2; time++) {
    expect(() => knownName('E:TOOLONGNAME', 'float')).toThrow('3 to 8 characters');
  }
});
