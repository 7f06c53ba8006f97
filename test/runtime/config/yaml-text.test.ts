import { expect, test } from 'vitest';
import { readYamlText } from '../../../runtime/config/yaml-text.ts';

test('a value is found where it stands, and a missing one at its nearest parent', () => {
  const { placeOf } = readYamlText('a:\n  b: [1, 2]\n  c:\n');
  expect(placeOf(['a', 'b', 1])).toEqual({ line: 2, column: 10 });
  expect(placeOf(['a', 'c'])).toEqual({ line: 3, column: 5 });
  expect(placeOf(['a', 'd', 'e'])).toEqual({ line: 2, column: 3 });
  expect(placeOf([])).toEqual({ line: 1, column: 1 });
});

test('a character of a text is pointed at where it stands, quoted or not', () => {
  const { placeOf } = readYamlText('plain: a + b\nquoted: "a + b"\nfolded: >\n  a + b\n');
  expect(placeOf(['plain'], 4)).toEqual({ line: 1, column: 12 });
  expect(placeOf(['quoted'], 4)).toEqual({ line: 2, column: 14 });
  expect(placeOf(['folded'], 4)).toEqual({ line: 3, column: 9 });
});

test('a key written twice is told with both places', () => {
  const { broken } = readYamlText('a:\n  b: 1\n  c: 2\n  b: 3\n');
  expect(broken).toEqual([{ line: 4, column: 3, message: 'b stands at 2:3 already' }]);
});

test('an alias of an anchor that is not there, or not yet, is a mistake with a place', () => {
  const { broken } = readYamlText('a: *x\nb: &x 1\nc: *x\n');
  expect(broken).toEqual([{ line: 1, column: 4, message: '*x: no &x stands before it' }]);
});

test('aliases that stand for more than memory holds are refused before they are resolved', () => {
  const lines = Array.from({ length: 30 }, (_, i) => `k${i + 1}: &a${i + 1} [${`*a${i},`.repeat(9)}]`);
  const { broken } = readYamlText(['k0: &a0 lol', ...lines].join('\n'));
  expect(broken).toEqual([{ line: 2, column: 10, message: expect.stringMatching(/alias/) as unknown }]);
});

test('every mistake of syntax is told', () => {
  expect(readYamlText('a: [1\nb: }\n').broken.length).toBeGreaterThan(1);
});

test('a list of 50,000 keys is read in time that grows with its length', () => {
  const text = Array.from({ length: 50_000 }, (_, index) => `k${index}: ${index}`).join('\n');
  const { broken, placeOf } = readYamlText(text);
  expect(broken).toEqual([]);
  expect(placeOf(['k49999'])).toEqual({ line: 50_000, column: 9 });
});
