import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { disordered, sequencesOf } from '../../../runtime/verify/order.ts';

const seen = (...orders: (number | undefined)[]) =>
  orders.map((order, index) => ({ key: `k${index}`, digest: '', where: `place ${index}`, order }));

const told = (...orders: (number | undefined)[]) =>
  disordered('filed', seen(...orders), ({ order }) => order).map(finding =>
    finding.kind === 'disordered' ? `${finding.key}: ${finding.where}` : finding.kind,
  );

test('what stands behind something later is told once, and what has no place is no mistake', () => {
  expect(told(1, 2, undefined, 3)).toEqual([]);
  expect(told(1, 4, 5, 6, 2, undefined, 3, 7)).toEqual(['k4: place 4, behind k3', 'k6: place 6, behind k3']);
});

test('one that stands too early is told, and not all that it stands before', () => {
  expect(told(1, 9, 2, 3, 4, 5)).toEqual(['k1: place 1, too early']);
});

test('what is left without those that are told grows, and fewer would not do', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(12), { maxLength: 10 }), orders => {
      const found = disordered('filed', seen(...orders), ({ order }) => order).map(({ key }) => key);
      const grows = (some: readonly number[]) =>
        some.every((one, at) => at === 0 || (some[at - 1] ?? 0) <= one);
      const all = Array.from({ length: 2 ** orders.length }, (_, bits) =>
        orders.filter((_, at) => (bits >> at) & 1),
      );
      const longest = Math.max(...all.filter(grows).map(({ length }) => length));
      const left = orders.filter((_, at) => !found.includes(`k${at}`));
      expect({ grows: grows(left), length: left.length }).toEqual({ grows: true, length: longest });
    }),
  );
});

test('what is there twice has no place in an order', () => {
  const some = [...seen(1, 2), ...seen(3)];
  expect([...sequencesOf(some, ({ order }) => order ?? 0)]).toEqual([['k1', 2]]);
});
