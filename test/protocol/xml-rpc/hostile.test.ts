import { describe, expect, it } from 'vitest';
import { decodeCall, decodeResponse, XmlRpcDecoder } from '../../../protocol/xml-rpc/xml-rpc.ts';

const call = (value: string): string =>
  `<?xml version="1.0"?><methodCall><methodName>m</methodName><params><param>${value}</param></params></methodCall>`;
const code = (expected: string, message?: RegExp) =>
  expect.objectContaining({
    code: expected,
    ...(message && { message: expect.stringMatching(message) as unknown }),
  });

describe('documents made to hurt', () => {
  it('refuses a billion laughs before expanding any', () => {
    const entities = Array.from({ length: 9 }, (_, i) => `<!ENTITY l${i + 1} "${`&l${i};`.repeat(10)}">`);
    const bomb = `<?xml version="1.0"?><!DOCTYPE m [<!ENTITY l0 "lol">${entities.join('')}]>${call('<value>&l9;</value>').slice(21)}`;
    expect(() => decodeCall(bomb)).toThrow(code('XML_FORBIDDEN', /document type/));
  });

  it.each([
    ['an external entity', '<!DOCTYPE m SYSTEM "file:///etc/passwd"><methodCall/>', 'XML_FORBIDDEN'],
    ['a processing instruction', '<?xml-stylesheet href="x"?><methodCall/>', 'XML_FORBIDDEN'],
    ['a processing instruction inside', call('<?php x ?><value/>'), 'XML_FORBIDDEN'],
    ['an entity nobody declared', call('<value>&nbsp;</value>'), 'XML_MALFORMED'],
    ['a second XML declaration', `<?xml version="1.0"?>${call('<value/>')}`, 'XML_MALFORMED'],
  ])('refuses %s', (_, document, expected) => {
    expect(() => decodeCall(document)).toThrow(code(expected));
  });

  it('refuses 100,000 nested arrays at the limit, without a stack to overflow', () => {
    const deep = '<value><array><data>'.repeat(100_000);
    expect(() => decodeCall(call(deep))).toThrow(code('XML_TOO_DEEP', /64 deep/));
    expect(() => decodeCall('<a>'.repeat(100_000))).toThrow(code('XMLRPC_INVALID', /<a> is not XML-RPC/));
  });

  it('reads 64 levels, and refuses the 65th', () => {
    const nest = (levels: number): string =>
      call(`${'<value><array><data>'.repeat(levels)}${'</data></array></value>'.repeat(levels)}`);
    expect(decodeCall(nest(64)).params).toHaveLength(1);
    expect(() => decodeCall(nest(65))).toThrow(code('XML_TOO_DEEP'));
  });

  it.each([
    ['a string', '<value><string>'],
    ['a comment', '<value><!-- '],
    ['a tag', '<value xmlns="'],
    ['a character reference', '<value>&#'],
    ['white space between elements', '<value><array>'],
  ])('stops reading %s without end while it is still coming', (_, start) => {
    const decoder = new XmlRpcDecoder({ textLength: 1000 });
    decoder.push(call(start).split('</param>')[0] as string);
    const flood = Buffer.alloc(50_000, ' ');
    expect(() => {
      for (let sent = 0; sent < 5e6; sent += flood.length) decoder.push(flood);
    }).toThrow(code('XML_TOO_LARGE', /1000 characters/));
  });

  it('counts text that comes in many small pieces', () => {
    const pieces = call(`<value>${'a<!---->'.repeat(200)}</value>`);
    expect(() => decodeCall(pieces, { textLength: 100 })).toThrow(code('XML_TOO_LARGE'));
    expect(decodeCall(pieces, { textLength: 200 }).params).toEqual(['a'.repeat(200)]);
  });

  it('stops at the limit on elements and on bytes', () => {
    const many = call(`<value><array><data>${'<value/>'.repeat(100)}</data></array></value>`);
    expect(() => decodeCall(many, { elements: 100 })).toThrow(code('XML_TOO_LARGE', /100 elements/));
    expect(() => decodeCall(many, { bytes: 500 })).toThrow(code('XML_TOO_LARGE', /500 bytes/));
  });

  it('keeps a member called __proto__ a member', () => {
    const struct =
      '<struct><member><name>__proto__</name><value><struct><member><name>polluted</name><value>yes</value></member></struct></value></member></struct>';
    const [value] = decodeCall(call(`<value>${struct}</value>`)).params as [Record<string, unknown>];
    expect(Object.getPrototypeOf(value)).toBeNull();
    expect(Object.keys(value)).toEqual(['__proto__']);
    expect(value['polluted']).toBeUndefined();
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('goes on refusing after the first error', () => {
    const decoder = new XmlRpcDecoder();
    const attempt = (): void => decoder.push('<nonsense>');
    expect(attempt).toThrow(code('XMLRPC_INVALID', /<nonsense>/));
    expect(() => decoder.push('</nonsense>')).toThrow(code('XMLRPC_INVALID', /<nonsense>/));
    expect(() => decoder.end()).toThrow(code('XMLRPC_INVALID', /<nonsense>/));
  });
});

describe('documents that are not well-formed', () => {
  it.each([
    ['crossed tags', '<methodCall><methodName>m</methodCall></methodName>'],
    ['two roots', '<methodCall><methodName>m</methodName></methodCall><methodCall/>'],
    ['text after the root', '<methodCall><methodName>m</methodName></methodCall>x'],
    ['a bare ampersand', call('<value>a & b</value>')],
    ['a bare less-than', call('<value>a < b</value>')],
    ['a NUL', call('<value>\0</value>')],
    ['a reference to a control character', call('<value>&#7;</value>')],
    ['one attribute twice', call('<value xmlns:a="1" xmlns:a="2"/>')],
    ['an attribute without quotes', call('<value xmlns=1/>')],
    ['a comment with --', call('<value><!-- a -- b --></value>')],
    ['a CDATA end in text', call('<value>]]></value>')],
    ['a lone surrogate', call('<value>\ud800</value>')],
    ['no document', ''],
  ])('refuses %s', (_, document) => {
    expect(() => decodeCall(document)).toThrow(code('XML_MALFORMED', /^line \d+, column \d+: /));
  });

  it('refuses bytes that are not UTF-8', () => {
    const bytes = Buffer.from(call('<value>ab</value>'));
    bytes[bytes.indexOf('ab')] = 0xff;
    expect(() => decodeCall(bytes)).toThrow(code('XML_MALFORMED', /not text in utf-8/));
  });
});

describe('XML that is not XML-RPC', () => {
  const at = '/methodCall/params/param\\[1\\]';
  it.each([
    ['an unknown element', '<value><float>1</float></value>', `${at}/value: <float> is not XML-RPC`],
    ['an element in the wrong place', '<value><member/></value>', `${at}/value: <member> may not stand here`],
    ['two values in a param', '<value/><value/>', `${at}: <value> may not stand here`],
    ['a param without a value', '', `${at}: lacks <value>`],
    ['two types in a value', '<value><int>1</int><int>2</int></value>', `${at}/value: <int> may not`],
    ['text beside a type', '<value>1<int>1</int></value>', `${at}/value: text "1" beside an element`],
    ['text after a type', '<value><int>1</int>1</value>', `${at}/value: text "1" beside an element`],
    ['text in a struct', '<value><struct>x</struct></value>', `${at}/value/struct: text "x" where none`],
    ['an element in a scalar', '<value><int><int>1</int></int></value>', `${at}/value/int: <int> may not`],
    ['an array without data', '<value><array/></value>', `${at}/value/array: lacks <data>`],
    ['data twice', '<value><array><data/><data/></array></value>', `${at}/value/array: <data> may not`],
    [
      'a member without a name',
      '<value><struct><member><value/></member></struct></value>',
      'member\\[1\\]: <value> may not',
    ],
    [
      'a member without a value',
      '<value><struct><member><name/></member></struct></value>',
      'member\\[1\\]: lacks <value>',
    ],
    [
      'a member twice',
      `<value><struct>${'<member><name>a</name><value/></member>'.repeat(2)}</struct></value>`,
      'struct/member\\[2\\]/name: a second member "a"',
    ],
    [
      'the seventh value of an array',
      `<value><array><data>${'<value/>'.repeat(6)}<value><int/></value></data></array></value>`,
      `${at}/value/array/data/value\\[7\\]/int: "" is not int`,
    ],
    ['an attribute', '<value type="int">1</value>', 'attribute "type"'],
  ])('refuses %s, and says where', (_, value, message) => {
    expect(() => decodeCall(call(value))).toThrow(code('XMLRPC_INVALID', new RegExp(message)));
  });

  it.each([
    ['no method name', '<methodCall/>', /lacks <methodName>/],
    ['an empty method name', '<methodCall><methodName/></methodCall>', /"" is not a method name/],
    ['a method name with spaces', '<methodCall><methodName> m</methodName></methodCall>', /" m" is not/],
    ['params before the name', '<methodCall><params/></methodCall>', /<params> may not/],
    ['another root', '<html/>', /<html> is not XML-RPC/],
    ['a root from within', '<value/>', /<value> may not/],
    [
      'a response',
      '<methodResponse><params><param><value/></param></params></methodResponse>',
      /expected <methodCall>/,
    ],
  ])('refuses a call with %s', (_, document, message) => {
    expect(() => decodeCall(document)).toThrow(code('XMLRPC_INVALID', message));
  });

  it.each([
    ['nothing in it', '<methodResponse/>', /lacks <params> or <fault>/],
    ['no param', '<methodResponse><params/></methodResponse>', /one param, not 0/],
    [
      'two params',
      `<methodResponse><params>${'<param><value/></param>'.repeat(2)}</params></methodResponse>`,
      /one param, not 2/,
    ],
    [
      'a fault that is no struct',
      '<methodResponse><fault><value>no</value></fault></methodResponse>',
      /faultCode/,
    ],
    ['a call', '<methodCall><methodName>m</methodName></methodCall>', /expected <methodResponse>/],
  ])('refuses a response with %s', (_, document, message) => {
    expect(() => decodeResponse(document)).toThrow(code('XMLRPC_INVALID', message));
  });
});
