import { expect, test } from 'vitest';
import { claimAt, personOf } from '../../../../../actors/gateway/auth/sign-on/person.ts';

const rules = {
  nameClaim: 'preferred_username',
  rolesClaim: 'groups',
  roles: { look: 'viewer', shift: 'shifter', horn: 'expert' },
  otherwise: 'none',
} as const;

test.each([
  ['a list', { groups: ['shift', 'horn'] }, 'groups', 'expert'],
  ['one name', { groups: 'shift' }, 'groups', 'shifter'],
  [
    'an object with a member for each',
    { 'urn:zitadel:roles': { look: { 1: 'x' } } },
    'urn:zitadel:roles',
    'viewer',
  ],
  ['a list within a claim', { realm_access: { roles: ['shift'] } }, 'realm_access.roles', 'shifter'],
  [
    'a claim whose name has dots',
    { 'https://lab.example/roles': ['horn'] },
    'https://lab.example/roles',
    'expert',
  ],
])('groups that come as %s are understood', (_, claims, rolesClaim, role) => {
  expect(personOf({ preferred_username: 'anna', ...claims }, { ...rules, rolesClaim })).toEqual({
    name: 'anna',
    role,
  });
});

test.each([
  [
    'that has been made up to reach what every object has',
    { groups: ['constructor', '__proto__', 'toString'] },
  ],
  ['that are numbers', { groups: [1, null, {}] }],
  ['that nobody is in', { groups: [] }],
])('groups %s give no role', (_, claims) => {
  expect(() => personOf({ preferred_username: 'anna', ...claims }, rules)).toThrow(
    expect.objectContaining({ code: 'NOT_ALLOWED' }),
  );
  expect(claimAt(claims, 'constructor.name')).toBeUndefined();
});

test.each([
  ['none at all', {}],
  ['a number', { preferred_username: 7 }],
  ['one that turns text around', { preferred_username: 'anna\u202e' }],
  ['one of two lines', { preferred_username: 'anna\nmaria' }],
  ['one without end', { preferred_username: 'a'.repeat(101) }],
])('a name is refused that would spoil the record: %s', (_, claims) => {
  expect(() => personOf({ groups: ['horn'], ...claims }, rules)).toThrow(
    expect.objectContaining({ code: 'SIGN_IN_REFUSED' }),
  );
});

test('an e-mail address that anybody could have claimed is no name', () => {
  const told = { email: 'anna@lab.example', groups: ['horn'] };
  const byMail = { ...rules, nameClaim: 'email' };
  expect(() => personOf({ ...told, email_verified: false }, byMail)).toThrow('has not verified');
  expect(personOf({ ...told, email_verified: true }, byMail).name).toBe('anna@lab.example');
});
