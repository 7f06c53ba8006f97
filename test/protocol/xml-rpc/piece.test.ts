import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { Piece } from '../../../protocol/xml-rpc/piece.ts';

const text = fc
  .array(
    fc.constantFrom('<data>', '</value>', '<value>', 'a', ' ', '\u{1d11e}', '\u0176', '\ud800', '\u00b0'),
    { maxLength: 30 },
  )
  .map(parts => parts.join(''));

test('each tag before a value is found where a search of the text finds it, from wherever one goes on', () => {
  fc.assert(
    fc.property(text, fc.array(fc.nat({ max: 12 })), (text, strides) => {
      const piece = Piece.ofText(text);
      let at = 0;
      for (const stride of [0, ...strides]) {
        at = Math.min(at + stride, text.length);
        const tag = /<data>|<\/value>/g;
        tag.lastIndex = at;
        const found = tag.exec(text);
        expect(piece.beforeValue(at)).toEqual(
          found === null ? undefined : { from: found.index, end: found.index + found[0].length },
        );
      }
    }),
  );
});

test('a piece of text has one byte for each of its UTF-16 units, and nothing that is not ASCII looks like ASCII', () => {
  fc.assert(
    fc.property(text, text => {
      const { bytes } = Piece.ofText(text);
      expect(Array.from(bytes, code => (code === 1 ? undefined : code))).toEqual(
        Array.from({ length: text.length }, (_, index) => {
          const code = text.charCodeAt(index);
          return code < 0x80 ? code : undefined;
        }),
      );
    }),
  );
});
