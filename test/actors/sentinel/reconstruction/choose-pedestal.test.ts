import { expect, test } from 'vitest';
import {
  choosePedestal,
  type PedestalCandidate,
} from '../../../../actors/sentinel/reconstruction/choose-pedestal.ts';

const DAY = 86_400_000;
const settings = { minEvents: 100, withinRuns: 2000, warnDays: 10 };
const run = { run: 5000, at: 100 * DAY, exposure: 0.3 };
const good: PedestalCandidate = {
  run: 4990,
  isPedestal: true,
  pictures: 100,
  highVoltage: false,
  at: 99 * DAY,
  exposure: 0.3,
};
const chosen = (...candidates: PedestalCandidate[]) => {
  const choice = choosePedestal(run, candidates, settings);
  return choice.kind === 'chosen' ? choice.pedestal.run : choice.reason;
};

test('the latest earlier pedestal run is taken, in whatever order the log has them', () => {
  expect(chosen(good, { ...good, run: 4995 }, { ...good, run: 4980 })).toBe(4995);
});

test.each([
  ['with too few pictures', { pictures: 99 }],
  ['with high voltage on', { highVoltage: true }],
  ['of another exposure', { exposure: 0.05 }],
  ['that is a run of data', { isPedestal: false }],
  ['that came later', { run: 5001 }],
  ['that is the run itself', { run: 5000 }],
  ['with a lower number and a later date', { at: 101 * DAY }],
  ['too many runs ago', { run: 2999 }],
])('a run %s is no pedestal', (_, change) => {
  expect(chosen({ ...good, ...change })).toMatch(/no pedestal run of 100 pictures or more at 0.3 s/);
});

test('one of ten days is used in silence, an older one is used and told', () => {
  const old = (days: number) => choosePedestal(run, [{ ...good, at: run.at - days * DAY }], settings);
  expect(old(10)).toMatchObject({ kind: 'chosen', ageDays: 10, warnings: [] });
  expect(old(10.5)).toMatchObject({ kind: 'chosen', warnings: [expect.stringContaining('10.5 days older')] });
});

test('what a run does not say is told with the pedestal, and a pedestal that says it does not serve a run that does not', () => {
  const silent = { ...good, exposure: null, highVoltage: null };
  expect(choosePedestal({ ...run, exposure: null }, [silent], settings)).toMatchObject({
    warnings: [expect.stringContaining('high voltage'), expect.stringContaining('says its exposure')],
  });
  expect(choosePedestal({ ...run, exposure: null }, [good], settings)).toMatchObject({
    kind: 'none',
    reason: expect.stringContaining('at an unknown exposure'),
  });
});
