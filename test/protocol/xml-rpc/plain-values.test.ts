import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { SpillwayError } from '../../../protocol/errors.ts';
import { XmlRpcDecoder, type XmlRpcLimits } from '../../../protocol/xml-rpc/xml-rpc.ts';

const document = (data: string) =>
  `<?xml version="1.0"?><methodCall><methodName>m</methodName><params><param><value><array>${data}</array></value></param></params></methodCall>`;

/** What comes of a document that arrives in pieces of `size`: the values, or the error. */
function outcome(text: string | Uint8Array, size: number, limits: Partial<XmlRpcLimits> = {}): unknown {
  try {
    const decoder = new XmlRpcDecoder(limits);
    for (let at = 0; at < text.length; at += size) decoder.push(text.slice(at, at + size));
    const decoded = decoder.end();
    return decoded.kind === 'call' ? decoded.params : decoded;
  } catch (thrown) {
    if (thrown instanceof SpillwayError) return { code: thrown.code, message: thrown.message };
    throw thrown;
  }
}

/** The same document, written so that no value is seen: one space behind the tag names where one may begin. */
const slowly = (text: string) => text.replaceAll(/<data>|<\/value>/g, tag => tag.replace('>', ' >'));

/** Without columns, which differ by those spaces, and without the spaces where they are text. */
const withoutColumns = (result: unknown) =>
  JSON.parse(
    JSON.stringify(result)
      .replaceAll(/column \d+/g, '')
      .replaceAll(/<(data|\/value) >/g, '<$1>'),
  );

const entry = fc.oneof(
  { weight: 8, arbitrary: fc.double().map(value => `<value><double>${value}</double></value>`) },
  fc.constantFrom(
    '<value><int>3</int></value>',
    '<value>text</value>',
    '<value><double>nan</double></value>',
    '<value><double>1,5</double></value>',
    '<value><double></double></value>',
    '<value><double>1</double> </value>',
    '<value><double>1<!-- --></double></value>',
    '<value><double>&#49;</double></value>',
    '<value><double><![CDATA[1]]></double></value>',
    '<value><double>1</double></valu>',
    '<value><array><data><value><double>2</double></value></data></array></value>',
    '<!-- <data><value><double>1</double></value> -->',
    '<value><![CDATA[<data><value><double>1</double></value>]]></value>',
    '<value><struct><member><name>a</name><value><int>-7</int></value></member></struct></value>',
    '<value>\n  <struct>\r\n    <member>\n\t<name>a</name> <value>x</value>\n</member>\n</struct>\n</value>',
    '<value><struct><member><name>a</name><value>1</value></member><member><name>a</name><value>2</value></member></struct></value>',
    '<value><struct><member><value>1</value><name>a</name></member></struct></value>',
    '<value><string>a &amp; b</string></value>',
    '<value> two\nlines </value>',
    '<value><string>]]></string></value>',
    '<value><float>1</float></value>',
    '<value><nil/></value>',
    '<value/>',
    '<value><array><data>\n<value><boolean>1</boolean></value>\n</data></array></value>',
    `${'<value><array><data>'.repeat(6)}<value>deep</value>${'</data></array></value>'.repeat(6)}`,
    '<value><double>123456789012345678</double></value>',
    '<value><double>-0.1234567890123456</double></value>',
    '<value><double>1.5e-7</double></value>',
    '<value><double>-.5</double></value>',
    '<value>12.5 \u00b0C</value>',
    '<value>\u{1d11e}\u0176</value>',
    '<\u0176alue>1</value>',
    '<value><double>1\u0130</double></value>',
    '<value>a\u0001b</value>',
    '<value><struct><member><name>\u00b5</name><value>\u013c/value></value></member></struct></value>',
    '\n',
    '\r',
    ' ',
    `<value><double>${'1'.repeat(50)}</double></value>`,
  ),
);

test('values read past the XML parser are what the XML parser would have made of them, errors and their lines included', () => {
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 12 }), fc.integer({ min: 1, max: 200 }), (entries, size) => {
      const text = document(`<data>${entries.join('')}</data>`);
      expect(withoutColumns(outcome(text, size))).toEqual(withoutColumns(outcome(slowly(text), size)));
      expect(withoutColumns(outcome(text, text.length))).toEqual(
        withoutColumns(outcome(slowly(text), text.length)),
      );
    }),
    { numRuns: 2000 },
  );
});

test('a document is read alike as bytes and as text, whatever its characters', () => {
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 8 }), entries => {
      const text = document(`<data>${entries.join('')}</data>`);
      expect(outcome(Buffer.from(text), 8 * text.length)).toEqual(outcome(text, text.length));
    }),
  );
});

test('of more short texts than are remembered each is still read as itself', () => {
  const names = Array.from({ length: 5000 }, (_, index) => `E:${index.toString(36)}`);
  const text = document(`<data>${names.map(name => `<value>${name}</value>`).join('')}</data>`);
  for (let round = 0; round < 2; round++) expect(outcome(text, text.length)).toEqual([names]);
});

test('the limit on elements holds in a run to the element', () => {
  const text = document(`<data>${'<value><double>1</double></value>'.repeat(100)}</data>`);
  // methodCall, methodName, params, param, value, array, data: 7, and 200 in the run.
  expect(outcome(text, text.length, { elements: 207 })).toEqual([Array.from({ length: 100 }, () => 1)]);
  expect(outcome(text, text.length, { elements: 206 })).toMatchObject({ code: 'XML_TOO_LARGE' });
});

test('only the starts of elements count towards their limit, in structs that the parser does not see as well', () => {
  const struct = '<value><struct><member><name>a</name><value><int>1</int></value></member></struct></value>';
  const text = document(`<data>${struct}</data>`);
  // methodCall, methodName, params, param, value, array, data: 7, and value, struct, member, name, value, int.
  expect(outcome(text, text.length, { elements: 13 })).toEqual([[{ a: 1 }]]);
  expect(outcome(text, text.length, { elements: 12 })).toMatchObject({ code: 'XML_TOO_LARGE' });
});

test('the place of an error behind a run is told as if there had been none', () => {
  const text = document(`<data>${'<value><double>1</double></value>'.repeat(5)}<oops/></data>`);
  const column = text.indexOf('<oops/>') + '<oops/>'.length;
  const { message } = outcome(text, text.length) as { message: string };
  expect(message).toContain(`line 1, column ${column}`);
  expect(message).toContain('/data: <oops>');
});

test('the place of an error behind values on lines of their own is told as if the parser had seen them', () => {
  const text = document(`<data>\n${'  <value><int>1</int></value>\n'.repeat(5)}   <oops/></data>`);
  const { message } = outcome(text, text.length) as { message: string };
  expect(message).toContain('line 7, column 10');
  expect(message).toContain('/data: <oops>');
  const inPieces = outcome(text, 7) as { message: string };
  expect(inPieces.message).toBe(message);
});

test('the error of the seventh value names the seventh, however many went past the parser', () => {
  const text = document(
    `<data>${'<value><double>1</double></value>'.repeat(6)}<value><int>x</int></value></data>`,
  );
  expect(outcome(text, text.length)).toMatchObject({
    message: expect.stringContaining('/data/value[7]/int'),
  });
});

test('the limit on depth holds in structs and arrays that the parser does not see', () => {
  const struct = '<value><struct><member><name>a</name><value>1</value></member></struct></value>';
  const text = document(`<data>${struct}</data>`);
  expect(outcome(text, text.length, { depth: 2 })).toEqual([[{ a: '1' }]]);
  expect(outcome(text, text.length, { depth: 1 })).toMatchObject({ code: 'XML_TOO_DEEP' });
});

test('of any decimal the nearest double is read, as JavaScript reads it', () => {
  const decimal = fc.tuple(
    fc.constantFrom('', '-', '+'),
    fc.nat({ max: 2 ** 31 - 1 }),
    fc.stringMatching(/^[0-9]{0,16}$/),
  );
  fc.assert(
    fc.property(fc.array(decimal, { minLength: 1, maxLength: 50 }), decimals => {
      const texts = decimals.map(([sign, whole, fraction]) => `${sign}${whole}.${fraction}`);
      const text = document(
        `<data>${texts.map(one => `<value><double>${one}</double></value>`).join('')}</data>`,
      );
      expect(outcome(text, text.length)).toEqual([texts.map(Number)]);
    }),
  );
});
