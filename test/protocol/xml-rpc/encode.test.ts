import { describe, expect, it } from 'vitest';
import {
  decodeResponse,
  encodeCall,
  encodeFault,
  encodeResponse,
  WallTime,
  XmlRpcDouble,
  type XmlRpcValue,
} from '../../../protocol/xml-rpc/xml-rpc.ts';

const text = (value: XmlRpcValue): string => {
  const document = Buffer.from(encodeResponse(value)).toString();
  return document.slice(document.indexOf('<value>') + 7, document.lastIndexOf('</value>'));
};

describe('what goes on the wire', () => {
  it('is the document of the specification', () => {
    expect(Buffer.from(encodeCall('examples.getStateName', [41])).toString()).toBe(
      '<?xml version="1.0"?>\n<methodCall><methodName>examples.getStateName</methodName><params><param><value><int>41</int></value></param></params></methodCall>',
    );
  });

  it.each<[XmlRpcValue, string]>([
    [0, '<int>0</int>'],
    [-2147483648, '<int>-2147483648</int>'],
    [2147483648, '<double>2147483648.0</double>'],
    [-0, '<double>-0.0</double>'],
    [new XmlRpcDouble(3), '<double>3.0</double>'],
    [1e21, '<double>1000000000000000000000.0</double>'],
    [-1.5e-7, '<double>-0.00000015</double>'],
    [1.25e22, '<double>12500000000000000000000.0</double>'],
    [Number.NaN, '<double>nan</double>'],
    [Number.NEGATIVE_INFINITY, '<double>-inf</double>'],
    [2n ** 40n, '<i8>1099511627776</i8>'],
    ['a<b>&]]>\r\n\t ', '<string>a&lt;b&gt;&amp;]]&gt;&#13;\n\t </string>'],
    [
      Float64Array.of(1, 0.5),
      '<array><data><value><double>1.0</double></value><value><double>0.5</double></value></data></array>',
    ],
    [Int32Array.of(1), '<array><data><value><int>1</int></value></data></array>'],
    [{ a: null }, '<struct><member><name>a</name><value><nil/></value></member></struct>'],
    [new Date('2026-01-02T03:04:05Z'), '<dateTime.iso8601>20260102T03:04:05</dateTime.iso8601>'],
    [
      WallTime.parse('2026-01-02T03:04:05.25+01:00') as WallTime,
      '<dateTime.iso8601>20260102T03:04:05.25+01:00</dateTime.iso8601>',
    ],
    [Buffer.from('hello'), '<base64>aGVsbG8=</base64>'],
    [new Uint8Array([1, 2, 3, 4]).subarray(1, 3), '<base64>AgM=</base64>'],
  ])('writes %o', (value, expected) => {
    expect(text(value)).toBe(expected);
  });

  it('never uses an exponent, which the specification does not know', () => {
    for (const value of [5e-324, 1.7976931348623157e308, -2.2250738585072014e-308, 1e-6, 9.99e-7]) {
      const written = text(value);
      expect(written).toMatch(/^<double>-?\d+\.\d+<\/double>$/);
      expect(decodeResponse(encodeResponse(value))).toEqual({ ok: true, value });
    }
  });
});

describe('what cannot go on the wire is refused by name', () => {
  const cycle: XmlRpcValue[] = [];
  cycle.push([cycle]);
  let deep: XmlRpcValue = 1;
  for (let i = 0; i < 65; i++) deep = [deep];

  it.each<[string, unknown, string]>([
    [
      'undefined',
      { readings: [1, { scaled: undefined }] },
      'params[0].readings[1].scaled: a value of type undefined',
    ],
    ['a hole in an array', [1, , 2], 'params[0][1]: a value of type undefined'], // oxlint-disable-line no-sparse-arrays
    ['a function', [() => 1], 'params[0][0]: a value of type function'],
    ['a symbol', Symbol('s'), 'params[0]: a value of type symbol'],
    ['a cycle', cycle, 'params[0][0][0]: a cycle'],
    ['what no reader would read', deep, 'over 64 deep'],
    ['a class instance', { a: new Map() }, 'params[0].a: an object of class Map'],
    ['an integer beyond 64 bits', 2n ** 63n, 'params[0]: 9223372036854775808 is beyond 64 bits'],
    ['a control character', ['a', '\u0007'], 'params[0][1]: text with a character'],
    ['half a surrogate pair', { '\ud800': 1 }, 'text with a character'],
    ['an invalid date', new Date(Number.NaN), 'a date outside'],
  ])('refuses %s', (_, value, message) => {
    expect(() => encodeCall('m', [value as XmlRpcValue])).toThrow(
      expect.objectContaining({ code: 'XMLRPC_UNENCODABLE', message: expect.stringContaining(message) }),
    );
  });

  it('takes one object in two places, which is no cycle', () => {
    const shared = [1];
    expect(decodeResponse(encodeResponse([shared, shared]))).toEqual({ ok: true, value: [[1], [1]] });
  });

  it('refuses a method name that nobody could call', () => {
    expect(() => encodeCall('a b', [])).toThrow(expect.objectContaining({ code: 'XMLRPC_UNENCODABLE' }));
  });

  it('always manages to send a fault', () => {
    expect(decodeResponse(encodeFault({ code: 1, message: 'bad \u0000 \ud800 <x>' }))).toEqual({
      ok: false,
      fault: { code: 1, message: 'bad \ufffd \ufffd <x>' },
    });
  });
});
