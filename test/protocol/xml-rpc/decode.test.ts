import { describe, expect, it } from 'vitest';
import { decodeCall, decodeResponse, WallTime, XmlRpcDecoder } from '../../../protocol/xml-rpc/xml-rpc.ts';

const read = (value: string): unknown =>
  decodeResponse(`<methodResponse><params><param>${value}</param></params></methodResponse>`);
const ok = (value: unknown) => ({ ok: true, value });
const invalid = expect.objectContaining({ code: 'XMLRPC_INVALID' });

describe('scalars', () => {
  it.each<[string, unknown]>([
    ['<int>-12</int>', -12],
    ['<i4>+0012</i4>', 12],
    ['<int>2147483647</int>', 2147483647],
    ['<int>-2147483648</int>', -2147483648],
    ['<int>-0</int>', 0],
    ['<int>2147483648</int>', 2147483648n],
    ['<i4>-2147483649</i4>', -2147483649n],
    ['<int>9223372036854775807</int>', 2n ** 63n - 1n],
    ['<i8>-9223372036854775808</i8>', -(2n ** 63n)],
    ['<ex:i8>9223372036854775807</ex:i8>', 2n ** 63n - 1n],
    ['<boolean>1</boolean>', true],
    ['<boolean>0</boolean>', false],
    ['<double>-12.214</double>', -12.214],
    ['<double>.5</double>', 0.5],
    ['<double>5.</double>', 5],
    ['<double>2.5e13</double>', 2.5e13],
    ['<double>1E-09</double>', 1e-9],
    ['<double>-0.0</double>', -0],
    ['<double>nan</double>', Number.NaN],
    ['<double>NaN</double>', Number.NaN],
    ['<double>inf</double>', Number.POSITIVE_INFINITY],
    ['<double>-Infinity</double>', Number.NEGATIVE_INFINITY],
    ['<string> a\n b </string>', ' a\n b '],
    [' a <![CDATA[<b>]]><!-- not this -->&amp;&#x20AC; ', ' a <b>&€ '],
    ['', ''],
    ['<string/>', ''],
    ['\n  <string>x</string>\n', 'x'],
    ['<nil/>', null],
    ['<ex:nil></ex:nil>', null],
    ['<base64>\n  AAEC\r\n  /w==\n</base64>', Uint8Array.of(0, 1, 2, 255)],
    ['<base64/>', new Uint8Array(0)],
    ['<array><data/></array>', []],
  ])('reads %j', (text, value) => {
    expect(read(`<value>${text}</value>`)).toStrictEqual(ok(value));
  });

  it.each([
    [
      'int',
      '1.0',
      '',
      ' 1',
      '0x10',
      '1e3',
      '--1',
      '+',
      '9223372036854775808',
      '-9223372036854775809',
      '9'.repeat(30),
      '١',
    ],
    ['i8', '9223372036854775808', '1n', '', '1'.repeat(100)],
    ['boolean', 'true', '2', ''],
    ['double', '', '.', '1,5', '0x1p3', '1e', ' 1.5', '1_000', '1e999', 'infinit', 'nan(1)'],
    ['base64', 'A', 'AAA', 'A===', 'AA=A', 'AA-_', 'AA!='],
    [
      'dateTime.iso8601',
      '',
      '19980717',
      '19981317T14:08:55',
      '19980230T00:00:00',
      '19980717T24:00:00',
      'today',
    ],
    ['nil', ' ', 'x'],
  ])('refuses text that is no %s', (type, ...texts) => {
    for (const text of texts)
      expect(() => read(`<value><${type}>${text}</${type}></value>`)).toThrow(invalid);
  });
});

describe('times', () => {
  it.each([
    ['19980717T14:08:55', '19980717T14:08:55', '1998-07-17T14:08:55.000Z'],
    ['1998-07-17T14:08:55Z', '19980717T14:08:55Z', '1998-07-17T14:08:55.000Z'],
    ['19980717T140855.5', '19980717T14:08:55.5', '1998-07-17T14:08:55.500Z'],
    ['1998-07-17T14:08:55,123456789-05:00', '19980717T14:08:55.123456789-05:00', '1998-07-17T19:08:55.123Z'],
    ['19980717T14:08:55+0530', '19980717T14:08:55+05:30', '1998-07-17T08:38:55.000Z'],
    ['20161231T23:59:60', '20161231T23:59:60', '2017-01-01T00:00:00.000Z'],
  ])('reads %s', (text, written, moment) => {
    const value = (read(`<value><dateTime.iso8601>${text}</dateTime.iso8601></value>`) as { value: WallTime })
      .value;
    expect(value.toString()).toBe(written);
    expect(value.toDate().toISOString()).toBe(moment);
  });

  it('leaves the zone of a time without one to the reader', () => {
    expect(WallTime.parse('19980717T14:08:55')?.toDate(-300).toISOString()).toBe('1998-07-17T19:08:55.000Z');
    expect(WallTime.parse('19980717T14:08:55Z')?.toDate(-300).toISOString()).toBe('1998-07-17T14:08:55.000Z');
  });
});

describe('documents as other implementations send them', () => {
  it('takes name space declarations and extension elements', () => {
    const document = `<?xml version="1.0" encoding="UTF-8"?>
      <methodCall xmlns:ex="http://ws.apache.org/xmlrpc/namespaces/extensions">
        <!-- indented -->
        <methodName>a.b:c/d_1</methodName>
        <params>
          <param> <value> <array> <data> <value><ex:nil/></value> <value><ex:i8>1</ex:i8></value> </data> </array> </value> </param>
        </params>
      </methodCall>
    `;
    expect(decodeCall(document)).toStrictEqual({ method: 'a.b:c/d_1', params: [[null, 1n]] });
  });

  it('takes a call without params', () => {
    expect(decodeCall('<methodCall><methodName>m</methodName></methodCall>')).toEqual({
      method: 'm',
      params: [],
    });
  });

  it('reads a fault', () => {
    const struct =
      '<struct><member><name>faultCode</name><value><int>4</int></value></member><member><name>faultString</name><value><string>Too many parameters.</string></value></member></struct>';
    expect(
      decodeResponse(`<methodResponse><fault><value>${struct}</value></fault></methodResponse>`),
    ).toEqual({
      ok: false,
      fault: { code: 4, message: 'Too many parameters.' },
    });
  });
});

describe('charsets', () => {
  const text = (encoding: string): string =>
    `<?xml version="1.0"${encoding}?><methodCall><methodName>m</methodName><params><param><value>µ€</value></param></params></methodCall>`;
  const swapped = (bytes: Buffer): Buffer => Buffer.from(bytes).swap16();

  it.each<[string, Buffer, string?]>([
    ['UTF-8 by default', Buffer.from(text(''))],
    ['UTF-8 with a byte order mark', Buffer.from(`\ufeff${text('')}`)],
    ['UTF-16 by its byte order mark', Buffer.from(`\ufeff${text('')}`, 'utf16le')],
    ['big-endian UTF-16 by its byte order mark', swapped(Buffer.from(`\ufeff${text('')}`, 'utf16le'))],
    ['UTF-16 by its zeros', Buffer.from(text(' encoding="UTF-16"'), 'utf16le')],
    [
      'the declared charset',
      Buffer.from(text(" encoding='windows-1252'").replace('µ€', '\u00b5\u0080'), 'latin1'),
    ],
    [
      'the charset of the HTTP header over the declared one',
      Buffer.from(text(' encoding="latin1"')),
      'utf-8',
    ],
  ])('reads %s, however it is cut', (_, bytes, charset) => {
    for (const size of [1, 7, bytes.length]) {
      const decoder = new XmlRpcDecoder({}, charset);
      for (let at = 0; at < bytes.length; at += size) decoder.push(bytes.subarray(at, at + size));
      expect(decoder.end()).toMatchObject({ params: ['µ€'] });
    }
  });

  it('refuses a charset nobody knows', () => {
    expect(() => decodeCall(Buffer.from(text(' encoding="EBCDIC-1"')))).toThrow(
      expect.objectContaining({ code: 'XML_MALFORMED', message: expect.stringContaining('EBCDIC-1') }),
    );
  });
});
