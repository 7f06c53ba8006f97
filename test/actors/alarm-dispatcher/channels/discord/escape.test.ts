import * as parser from 'discord-markdown-parser';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  guidance,
  literal,
  plain,
  plainLine,
} from '../../../../../actors/alarm-dispatcher/channels/discord/escape.ts';
import { clean } from '../../../../../actors/alarm-dispatcher/channels/text/clean.ts';
import { nastyText } from '../notices.ts';

interface Node {
  readonly type: string;
  readonly content?: string;
  /** Of a picture, which is what it was. */
  readonly name?: string;
}
/** As Discord's clients read it: an implementation nobody here wrote. */
const read = (text: string): readonly Node[] => parser.parse(text, 'extended');
const PLAIN = ['text', 'br', 'twemoji'];
const withoutMarks = (text: string): string => text.replaceAll('\u200B', '').replaceAll(/\s+/g, ' ').trim();

test('untrusted text is read as plain text, and as the text that it was', () => {
  fc.assert(
    fc.property(nastyText(400), text => {
      const nodes = read(plain(text, 10_000));
      expect(nodes.filter(({ type }) => !PLAIN.includes(type))).toEqual([]);
      const shown = nodes
        .map(({ type, content, name }) => (type === 'br' ? '\n' : (name ?? content ?? '')))
        .join('');
      expect(withoutMarks(shown)).toBe(withoutMarks(clean(text)));
    }),
    { numRuns: 500 },
  );
});

test('wherever it is cut, it is still plain text within the limit, and no character is halved', () => {
  fc.assert(
    fc.property(nastyText(300), fc.integer({ min: 1, max: 120 }), (text, limit) => {
      const cut = plain(text, limit);
      expect(cut.length).toBeLessThanOrEqual(limit);
      expect(cut.isWellFormed()).toBe(true);
      expect(read(cut).filter(({ type }) => !PLAIN.includes(type))).toEqual([]);
    }),
    { numRuns: 500 },
  );
});

test('a cut text says so, and a family is not torn apart', () => {
  expect(plain('x'.repeat(20), 10)).toBe('xxxxxxxxx…');
  expect(plain('ab👨‍👩‍👧cd', 6)).toBe('ab…');
  expect(plain('**', 3)).toBe('\\*…');
});

test('what cannot be seen is taken out, so that text is what it looks like', () => {
  expect(plainLine('horn\u202E tnerruc\u2069\u0000\uFEFF', 100)).toBe('horn tnerruc');
  expect(literal('@every\u200Bone', 100)).toBe('@everyone');
  expect(plainLine('a\r\nb\u2028c', 100)).toBe('a b c');
});

test("guidance keeps its authors' markdown, and calls nobody", () => {
  expect(guidance('Call **@here** <@&123> and see [the page](https://wiki.example)', 200)).toBe(
    'Call **@\u200Bhere** <@\u200B&123> and see [the page](https://wiki.example)',
  );
  expect(
    read(guidance('<@123456789012345678> <#123456789012345678> <t:1:R>', 200)).map(({ type }) => type),
  ).toEqual(expect.not.arrayContaining(['user', 'channel', 'timestamp']));
});
