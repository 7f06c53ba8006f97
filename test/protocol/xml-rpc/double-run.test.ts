import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { SpillwayError } from '../../../protocol/errors.ts';
import { XmlRpcDecoder, type XmlRpcLimits } from '../../../protocol/xml-rpc/xml-rpc.ts';

const document = (data: string) =>
  `<?xml version="1.0"?><methodCall><methodName>m</methodName><params><param><value><array>${data}</array></value></param></params></methodCall>`;

/** What comes of a document that arrives in pieces of `size`: the values, or the error. */
function outcome(text: string, size: number, limits: Partial<XmlRpcLimits> = {}): unknown {
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

/** The same document, written so that no run is seen: one space behind the tag name. */
const slowly = (text: string) => text.replaceAll('<data><value><double>', '<data ><value><double>');

/** Without places, which differ by that space, and without the space where it is text. */
const withoutColumns = (result: unknown) =>
  JSON.parse(
    JSON.stringify(result)
      .replaceAll(/line \d+, column \d+/g, '')
      .replaceAll('<data >', '<data>'),
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
    ' ',
    `<value><double>${'1'.repeat(50)}</double></value>`,
  ),
);

test('a run of doubles read past the XML parser gives what the XML parser would have given, error or value', () => {
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

test('the limit on elements holds in a run to the element', () => {
  const text = document(`<data>${'<value><double>1</double></value>'.repeat(100)}</data>`);
  // methodCall, methodName, params, param, value, array, data: 7, and 200 in the run.
  expect(outcome(text, text.length, { elements: 207 })).toEqual([Array.from({ length: 100 }, () => 1)]);
  expect(outcome(text, text.length, { elements: 206 })).toMatchObject({ code: 'XML_TOO_LARGE' });
});

test('the place of an error behind a run is told as if there had been none', () => {
  const text = document(`<data>${'<value><double>1</double></value>'.repeat(5)}<oops/></data>`);
  const column = text.indexOf('<oops/>') + '<oops/>'.length;
  const { message } = outcome(text, text.length) as { message: string };
  expect(message).toContain(`line 1, column ${column}`);
  expect(message).toContain('/data: <oops>');
});
