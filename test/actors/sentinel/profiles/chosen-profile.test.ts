import { expect, test } from 'vitest';
import { ChosenProfile } from '../../../../actors/sentinel/profiles/chosen-profile.ts';
import { profileNamed } from '../../../../actors/sentinel/profiles/profiles.ts';

test('a name stands for the profile', () => {
  expect(ChosenProfile.parse('mango')).toEqual(profileNamed('mango'));
});

test('what is changed is changed, section by section, and everything else is as it was', () => {
  const own = ChosenProfile.parse({
    from: 'lngs-2023',
    name: 'demo',
    sigmas: 0.7,
    pedestal: { minEvents: 20 },
  });
  const base = profileNamed('lngs-2023');
  expect(own).toEqual({
    ...base,
    name: 'demo',
    sigmas: 0.7,
    pedestal: { ...base?.pedestal, minEvents: 20 },
  });
});

test.each([
  ['the name of other numbers', { from: 'lngs-2023', name: 'lnf', sigmas: 1 }, /a name of its own/],
  ['no name', { from: 'lngs-2023', sigmas: 1 }, /name/],
  ['a number out of its range', { from: 'lngs-2023', name: 'mine', sigmas: -1 }, /sigmas/],
  [
    'numbers that do not fit each other',
    { from: 'lngs-2023', name: 'mine', acceptance: { end: 100 } },
    /rows accepted/,
  ],
  ['a section that there is not', { from: 'lngs-2023', name: 'mine', rebin: 4 }, /rebin/],
  ['a profile that there is not', 'lngs-2022', /lngs-2023/],
])('%s is refused', (_, given, reason) => {
  const { error } = ChosenProfile.safeParse(given);
  expect(JSON.stringify(error)).toMatch(reason);
});
