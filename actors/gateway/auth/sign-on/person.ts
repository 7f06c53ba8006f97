import { SpillwayError } from '../../../../protocol/errors.ts';
import { PERSON_NAME, Role } from '../role.ts';
import type { SignOnConfig } from './config.ts';

/** What a provider says of somebody. */
export type Claims = Readonly<Record<string, unknown>>;

type Rules = Pick<SignOnConfig, 'nameClaim' | 'rolesClaim' | 'roles' | 'otherwise'>;

/** A claim by its name, or by its path where no claim has that name: names of claims may hold dots (URLs). */
export function claimAt(claims: Claims, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name];
  return name
    .split('.')
    .reduce<unknown>(
      (found, part) => (isObject(found) && Object.hasOwn(found, part) ? found[part] : undefined),
      claims,
    );
}

/** Whether the claims say all that is asked of them; what is missing may stand in the user info. */
export const isComplete = (claims: Claims, { nameClaim, rolesClaim }: Rules): boolean =>
  claimAt(claims, nameClaim) !== undefined && claimAt(claims, rolesClaim) !== undefined;

/**
 * Who it is, and what they may do: the most that any of their groups may.
 * @throws SpillwayError NOT_ALLOWED when no rule gives them a role, SIGN_IN_REFUSED when they have no name that can stand in
 *   the record
 */
export function personOf(claims: Claims, rules: Rules): { readonly name: string; readonly role: Role } {
  const { nameClaim, rolesClaim, roles, otherwise } = rules;
  const name = claimAt(claims, nameClaim);
  if (typeof name !== 'string' || !PERSON_NAME.test(name))
    throw new SpillwayError(
      'SIGN_IN_REFUSED',
      `the identity provider gives no usable name (claim ${nameClaim})`,
    );
  // Anybody can say that somebody else's address is theirs.
  if (nameClaim === 'email' && claims['email_verified'] === false)
    throw new SpillwayError('SIGN_IN_REFUSED', 'the identity provider has not verified the e-mail address');
  const given = groupsOf(claimAt(claims, rolesClaim)).flatMap(group =>
    Object.hasOwn(roles, group) ? [roles[group]] : [],
  );
  const role = [Role.expert, Role.shifter, Role.viewer].find(one => given.includes(one));
  if (role) return { name, role };
  if (otherwise !== 'none') return { name, role: otherwise };
  throw new SpillwayError('NOT_ALLOWED', `${name} is in no group that has a role here (claim ${rolesClaim})`);
}

/** A name, a list of them, or an object with a member for each. */
function groupsOf(claim: unknown): string[] {
  if (typeof claim === 'string') return [claim];
  if (Array.isArray(claim)) return claim.filter(one => typeof one === 'string');
  return isObject(claim) ? Object.keys(claim) : [];
}

const isObject = (value: unknown): value is Claims =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
