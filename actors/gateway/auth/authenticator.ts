import type { Principal } from './role.ts';

/** As much of a request as shows who sends it. */
export interface Credentials {
  /** A header of the request, by its lower-case name. */
  header(name: string): string | undefined;
  cookie(name: string): string | undefined;
}

/** One way in which a request can show who sends it: a session cookie, a bearer token. */
export interface Authenticator {
  /**
   * Who sends it; undefined where the request shows nothing of this kind, or something that has expired.
   * @throws SpillwayError SIGN_IN_REFUSED where it shows something that was never good: a guess.
   */
  identify(credentials: Credentials): Principal | undefined;
}

/** Asks one after the other; the first that knows decides. */
export const firstOf = (authenticators: readonly Authenticator[]): Authenticator => ({
  identify: credentials =>
    authenticators.reduce<Principal | undefined>(
      (found, authenticator) => found ?? authenticator.identify(credentials),
      undefined,
    ),
});

/** Whoever shows nothing may look: only where the configuration says so. */
export const anonymousViewer: Authenticator = {
  identify: () => ({ name: 'anonymous', role: 'viewer', by: 'anonymous' }),
};
