import { expect, test } from 'vitest';
import { DisplayTimes } from '../../../actors/sentinel/display-times.ts';

test('the first event after an interval is drawn, and none before', () => {
  const times = new DisplayTimes(10_000);
  expect(times.take(1_000)).toEqual(['event', 'waveforms']);
  expect(times.take(10_999)).toEqual([]);
  expect(times.take(15_000)).toEqual(['event', 'waveforms']);
  expect(times.take(24_999)).toEqual([]);
});

test('what an event did not have is due with the next one', () => {
  const times = new DisplayTimes(10_000);
  times.take(1_000);
  times.giveBack('waveforms');
  expect(times.take(1_001)).toEqual(['waveforms']);
});

test('never is never', () => {
  const times = new DisplayTimes('never');
  expect(times.take(1e15)).toEqual([]);
});
