import { expect, test } from 'vitest';
import { inclination, principalAxis } from '../../../../actors/sentinel/reconstruction/axis.ts';

test('the axis points where the points spread most, at every angle, even a tiny one', () => {
  for (const degrees of [-89.5, -60, -45, -1e-7, 0, 1e-7, 30, 45, 89.9, 90]) {
    const c = Math.cos((degrees * Math.PI) / 180);
    const s = Math.sin((degrees * Math.PI) / 180);
    const axis = principalAxis(4 * c * c + s * s, 4 * s * s + c * c, 3 * s * c);
    expect(inclination(axis)).toBeCloseTo(degrees, 9);
    expect(axis.x * axis.x + axis.y * axis.y).toBeCloseTo(1, 14);
  }
});

test('points that spread alike in all directions have the axis of x', () => {
  expect(principalAxis(3, 3, 0)).toEqual({ x: 1, y: 0 });
  expect(principalAxis(0, 0, 0)).toEqual({ x: 1, y: 0 });
});
