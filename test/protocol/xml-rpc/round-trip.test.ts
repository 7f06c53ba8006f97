import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeCall,
  decodeResponse,
  encodeCall,
  encodeFault,
  encodeResponse,
  WallTime,
  XmlRpcDecoder,
} from '../../../protocol/xml-rpc/xml-rpc.ts';
import { anyCase, xmlText } from './arbitrary.ts';

/** Not vitest's equality, which takes a struct member called `constructor` for the class of the object. */
const same = (wanted: unknown) => (actual: unknown) => isDeepStrictEqual(actual, wanted);

describe('what is sent is what is read', () => {
  it('holds for every tree of values in a call', () => {
    fc.assert(
      fc.property(fc.array(anyCase, { maxLength: 4 }), cases => {
        const document = encodeCall(
          'a.method',
          cases.map(({ value }) => value),
        );
        expect(decodeCall(document)).toSatisfy(
          same({
            method: 'a.method',
            params: cases.map(({ read }) => read),
          }),
        );
      }),
    );
  });

  it('holds for every tree of values in a response', () => {
    fc.assert(
      fc.property(anyCase, ({ value, read }) => {
        expect(decodeResponse(encodeResponse(value))).toSatisfy(same({ ok: true, value: read }));
      }),
    );
  });

  it('holds for faults', () => {
    fc.assert(
      fc.property(fc.integer(), xmlText, (code, message) => {
        expect(decodeResponse(encodeFault({ code, message }))).toSatisfy(
          same({
            ok: false,
            fault: { code, message },
          }),
        );
      }),
    );
  });

  it('does not depend on where the network cuts the document', () => {
    fc.assert(
      fc.property(anyCase, fc.array(fc.nat(), { maxLength: 8 }), ({ value, read }, cuts) => {
        const document = encodeCall('cut', [value]);
        const at = [0, ...cuts.map(cut => cut % document.length), document.length].toSorted((a, b) => a - b);
        const decoder = new XmlRpcDecoder();
        for (let i = 1; i < at.length; i++) decoder.push(document.subarray(at[i - 1], at[i]));
        expect(decoder.end()).toSatisfy(same({ kind: 'call', method: 'cut', params: [read] }));
      }),
    );
  });

  it('holds for a document that comes byte by byte', () => {
    const value = ['ß€𝄞\r\n<&>]]>', 1.5, null, WallTime.parse('20260102T03:04:05'), { '𝄞': [] }] as const;
    const decoder = new XmlRpcDecoder();
    for (const byte of encodeResponse(value as never)) decoder.push(Uint8Array.of(byte));
    const member = Object.assign(Object.create(null), { '𝄞': [] });
    expect(decoder.end()).toStrictEqual({
      kind: 'response',
      ok: true,
      value: [...value.slice(0, 4), member],
    });
  });
});

describe('a document cut short', () => {
  it('is incomplete at every byte, and never a shorter document or a crash', () => {
    const document = encodeCall('beam.reading', [
      {
        name: 'E:TRTGTD',
        scaled: new Float64Array([30.1, -1e-9]),
        ünits: 'E12',
        at: new Date(0),
        raw: Uint8Array.of(1),
      },
      [null, true, 5n, '<&>'],
    ]);
    for (let length = 0; length < document.length; length++) {
      const decoder = new XmlRpcDecoder();
      decoder.push(document.subarray(0, length));
      expect(() => decoder.end(), `first ${length} bytes`).toThrow(
        expect.objectContaining({ code: 'XML_MALFORMED', message: expect.stringContaining('ends early') }),
      );
    }
  });
});
