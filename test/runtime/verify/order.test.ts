import { expect, test } from 'vitest';
import { disordered } from '../../../runtime/verify/order.ts';

const seen = (...orders: (number | undefined)[]) =>
  orders.map((order, index) => ({ key: `k${index}`, digest: '', where: `place ${index}`, order }));

test('what stands behind something later is told once, and what has no place is no mistake', () => {
  expect(disordered('filed', seen(1, 2, undefined, 3), ({ order }) => order)).toEqual([]);
  expect(disordered('filed', seen(1, 4, 2, undefined, 3, 5), ({ order }) => order)).toEqual([
    { kind: 'disordered', stage: 'filed', key: 'k2', where: 'place 2, behind k1' },
    { kind: 'disordered', stage: 'filed', key: 'k4', where: 'place 4, behind k1' },
  ]);
});
