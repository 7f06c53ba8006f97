import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { blocksOf, inlinesOf } from '../../../web/alarms/markdown.ts';
import { ROOT } from '../../helpers/system.ts';

test('paragraphs, lists whose items go on in the next line, and what stands within them', () => {
  expect(
    blocksOf(
      'Call the **expert**.\n\n1. Look at `E:NSLINA`\n   and the others\n2. See [board](/boards/x).\n- last',
    ),
  ).toEqual([
    {
      kind: 'paragraph',
      content: [
        { kind: 'text', text: 'Call the ' },
        { kind: 'bold', text: 'expert' },
        { kind: 'text', text: '.' },
      ],
    },
    {
      kind: 'list',
      ordered: true,
      items: [
        [
          { kind: 'text', text: 'Look at ' },
          { kind: 'code', text: 'E:NSLINA' },
          { kind: 'text', text: ' and the others' },
        ],
        [
          { kind: 'text', text: 'See ' },
          { kind: 'link', text: 'board', url: '/boards/x' },
          { kind: 'text', text: '.' },
        ],
      ],
    },
    { kind: 'list', ordered: false, items: [[{ kind: 'text', text: 'last' }]] },
  ]);
});

test('an address becomes a link without the full stop after it', () => {
  expect(inlinesOf('see https://example.org/a.')).toEqual([
    { kind: 'text', text: 'see ' },
    { kind: 'link', text: 'https://example.org/a', url: 'https://example.org/a' },
    { kind: 'text', text: '.' },
  ]);
});

test('whatever is written, every letter of plain words is there again', () => {
  const words = fc.string({ unit: fc.constantFrom('a', ' ', '\n', '<', '>', '&', '"') });
  fc.assert(
    fc.property(words, text => {
      const shown = blocksOf(text).flatMap(block =>
        block.kind === 'paragraph' ? block.content : block.items.flat(),
      );
      const letters = (all: string) => all.replaceAll(/\s/g, '');
      expect(letters(shown.map(({ text }) => text).join(''))).toBe(letters(text));
    }),
  );
});

test('a text made to be slow is read all the same', () => {
  for (const bad of ['[', '*', '`', '[a](', 'http://', '1. '])
    expect(blocksOf(bad.repeat(50_000))).toHaveLength(1);
});

test('steps in the guidance of our own rules are lists, none of them lost', () => {
  const rules = parse(readFileSync(join(ROOT, 'alarms', 'spillway.yaml'), 'utf8')) as {
    alarms: Record<string, { guidance?: string }>;
  };
  const texts = Object.values(rules.alarms).flatMap(({ guidance }) => guidance ?? []);
  const steps = texts.flatMap(text => text.match(/^\d+\. /gm) ?? []).length;
  const items = texts
    .flatMap(blocksOf)
    .flatMap(block => (block.kind === 'list' && block.ordered ? block.items : []));
  expect(steps).toBeGreaterThan(3);
  expect(items).toHaveLength(steps);
});
