import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { inOrder } from '../../../../actors/alarm-engine/rules/graph.ts';

const of = (edges: Record<string, string[]>) => inOrder(Object.keys(edges), name => edges[name] ?? []);

test('each comes after those it depends on', () => {
  expect(of({ a: ['b', 'c'], b: ['c'], c: [], d: ['elsewhere'] })).toEqual({
    order: ['c', 'b', 'a', 'd'],
    circles: [],
  });
});

test('a circle is told once, and what stands behind it is not lost', () => {
  expect(of({ a: ['b'], b: ['c'], c: ['b'], d: ['a'], e: ['e'] })).toEqual({
    order: ['a', 'd'],
    circles: [
      ['b', 'c', 'b'],
      ['e', 'e'],
    ],
  });
});

test('a chain as long as there are names is followed', () => {
  const names = Array.from({ length: 100_000 }, (_, index) => String(index));
  const { order, circles } = inOrder(names, name => [String(Number(name) + 1)]);
  expect(circles).toEqual([]);
  expect(order[0]).toBe('99999');
});

test('without a circle every name is in the order, after all it depends on', () => {
  const graph = fc
    .array(fc.array(fc.nat(19), { maxLength: 4 }), { minLength: 1, maxLength: 20 })
    .map(lists => lists.map((list, index) => list.filter(other => other < index)));
  fc.assert(
    fc.property(graph, lists => {
      const { order, circles } = inOrder(
        lists.map((_, index) => String(index)),
        name => (lists[Number(name)] ?? []).map(String),
      );
      expect(circles).toEqual([]);
      expect(order.toSorted((a, b) => Number(a) - Number(b))).toEqual(lists.map((_, index) => String(index)));
      for (const [index, list] of lists.entries())
        for (const other of list)
          expect(order.indexOf(String(other))).toBeLessThan(order.indexOf(String(index)));
    }),
  );
});
