import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { odbNumber, odbText, odbValue, readOdb } from '../../../protocol/midas/midas.ts';

const read = (text: string) => readOdb(Buffer.from(text));
const treeOf = (text: string) => {
  const odb = read(text);
  if (odb.kind !== 'tree') throw new Error(odb.reason);
  return odb.tree;
};

test('values are found by path, unsigned numbers as MIDAS writes them too', () => {
  const tree = treeOf(`{ "Runinfo" : { "Run number/key" : { "type" : 7 }, "Run number" : 42901, "State" : 3 },
    "Configurations" : { "Exposure" : 0.3, "Pedestal" : true, "Base" : "0x32100000", "Note" : "x", "NaN" : "NaN" } }\0`);
  expect(odbNumber(tree, '/Runinfo/Run number')).toBe(42901);
  expect(odbNumber(tree, '/Configurations/Exposure')).toBe(0.3);
  expect(odbNumber(tree, '/Configurations/Pedestal')).toBe(1);
  expect(odbNumber(tree, '/Configurations/Base')).toBe(0x32100000);
  expect(odbNumber(tree, '/Configurations/Note')).toBeUndefined();
  expect(odbNumber(tree, '/Configurations/NaN')).toBeUndefined();
  expect(odbText(tree, '/Configurations/Note')).toBe('x');
  expect(odbValue(tree, '/Runinfo/Stop/time')).toBeUndefined();
  expect(odbValue(tree, '/constructor')).toBeUndefined();
  expect(odbValue(tree, '/__proto__/x')).toBeUndefined();
});

test('numbers with a decimal comma, which stopped a dump of CYGNO from being read, are numbers', () => {
  const text = `{ "Filled pct" : 6,6584000000000003e+01,
    "nsigma" : 2,5000000e+00, "list" : [ 1,5000000e+00, -2,5000000e-01, 3 ], "plain" : [1,2,3], "text" : "1,5e+00" }`;
  expect(read(text)).toEqual({
    kind: 'tree',
    mended: true,
    tree: {
      'Filled pct': 66.584000000000003,
      nsigma: 2.5,
      list: [1.5, -0.25, 3],
      plain: [1, 2, 3],
      text: '1,5e+00',
    },
  });
});

test('line breaks within a string, which a run description may have, do not cost the dump', () => {
  expect(read('{ "Run description" : "one\ntwo\t\\"three\\"" }')).toMatchObject({
    mended: true,
    tree: { 'Run description': 'one\ntwo\t"three"' },
  });
});

test('what is JSON is never mended: mending can only be a second try', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), tree => {
      const odb = read(JSON.stringify(tree));
      expect(odb).toMatchObject({ kind: 'tree', mended: false });
      expect(odb.kind === 'tree' && JSON.stringify(odb.tree)).toBe(
        JSON.stringify(JSON.parse(JSON.stringify(tree))),
      );
    }),
  );
});

test.each([
  ['half a dump', '{ "Runinfo" : { "Run number" : 429'],
  ['a dump in XML', '<?xml version="1.0"?><odb></odb>'],
  ['nothing', ''],
  ['a list', '[1, 2]'],
])('%s is kept as text, with the reason, and nothing is thrown', (_, text) => {
  expect(read(text)).toEqual({ kind: 'unreadable', text, reason: expect.stringMatching(/./) });
});

test('any bytes are a tree or are not', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), bytes => {
      expect(readOdb(bytes).kind).toMatch(/tree|unreadable/);
    }),
  );
});

test('a megabyte of quotes takes no time worth mentioning', () => {
  expect(read('"'.repeat(1_000_001)).kind).toBe('unreadable');
  expect(read(`{"a": ${'1,'.repeat(500_000)}`).kind).toBe('unreadable');
});
