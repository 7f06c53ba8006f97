import { expect, test } from 'vitest';
import { Profile } from '../../../../actors/sentinel/profiles/profile.ts';
import { PROFILES } from '../../../../actors/sentinel/profiles/profiles.ts';

test.each([
  ['accepts rows that the sensor has not', { acceptance: { first: 0, end: 2305 } }],
  ['accepts no row', { acceptance: { first: 500, end: 500 } }],
  ['has a sensor that macro-pixels do not cover', { sensor: { rows: 2304, columns: 2306 } }],
  ['has a number nobody knows', { saturation: true }],
])('a profile that %s is refused', (_, change) => {
  expect(Profile.safeParse(PROFILES[0]).success).toBe(true);
  expect(Profile.safeParse({ ...PROFILES[0], ...change }).success).toBe(false);
});
